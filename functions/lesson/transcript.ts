import { type Plan, shownText } from '../../shared/contract/plan.ts';
import type { Visual } from '../../shared/contract/visual.ts';

export interface FilmTimes {
  /** Start of each section in the film. */
  sectionStartSeconds: number[];
  /** Start of each beat in its section. */
  beatStartSeconds: number[][];
}

/** Signs that Markdown would read as its own. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>#|~$]/g, '\\$&').replace(/^(\d+)\./, '$1\\.').replace(/^([-+])/, '\\$1');

const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** What is seen and not heard, for those who read: formulas, programs, notes, and what images show. */
function seen(visual: Visual): string | undefined {
  if ('continues' in visual && visual.continues) return visual.kind === 'derivation' ? visual.lines.map((tex) => `$$\n${tex}\n$$`).join('\n\n') : undefined;
  switch (visual.kind) {
    case 'formula': return `$$\n${visual.tex}\n$$`;
    case 'derivation': return visual.lines.map((tex) => `$$\n${tex}\n$$`).join('\n\n');
    case 'note': return `> ${visual.text}`;
    case 'card': return `> **${visual.term}**${visual.statement === undefined ? '' : `: ${visual.statement}`}${visual.formula === undefined ? '' : ` $${visual.formula}$`}`;
    case 'image': return visual.alt === '' ? undefined : `*${escaped(visual.alt)}*`;
    case 'list': return visual.items.map(({ text }, index) => `${visual.style === 'steps' ? `${index + 1}.` : '-'} ${text}`).join('\n');
    case 'table': return table(visual.header, visual.rows);
    case 'code': return `\`\`\`${visual.language}\n${visual.code}\n\`\`\``;
    case 'array': case 'chart': case 'geometry': case 'graph': case 'plot': return undefined;
  }
}

function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The film's words as Markdown, with the time of each beat and what is shown beside them. */
export function transcript(plan: Plan, times: FilmTimes): string {
  const parts = [`# ${escaped(plan.title)}`];
  plan.sections.forEach((section, number) => {
    const start = times.sectionStartSeconds[number] ?? 0;
    parts.push(`## ${escaped(section.title)} (${clock(start)})`);
    section.beats.forEach((beat, index) => {
      parts.push(`**${clock(start + (times.beatStartSeconds[number]?.[index] ?? 0))}** ${escaped(shownText(beat))}`);
      for (const visual of beat.visuals) parts.push(...[seen(visual)].filter((text) => text !== undefined));
    });
  });
  return `${parts.join('\n\n')}\n`;
}
