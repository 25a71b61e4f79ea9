import stringWidth from 'string-width';
import { styleText } from 'node:util';
import type { Phase } from '../../../shared/contract/event.ts';
import type { JobView, SectionView } from './job-view.ts';

const doing: Record<Phase, string> = {
  plan: 'planning',
  narrate: 'speaking',
  code: 'writing the scene',
  check: 'checking',
  render: 'drawing',
  repair: 'mending',
  stitch: 'joining the film',
  publish: 'putting the film away',
};

/** The live list: a line a section with what it is doing and a bar for its frames, never wider than `columns`. */
export function viewLines(view: JobView, columns: number): string[] {
  const titleWidth = Math.max(12, Math.min(34, columns - 46));
  const lines = [styleText('bold', fit(view.title, columns))];
  for (const section of view.sections) lines.push(sectionLine(section, titleWidth));
  if (view.filmPhase) lines.push(`     ${doing[view.filmPhase]} …`);
  for (const warning of view.warnings) lines.push(styleText('yellow', fit(`  !  ${warning}`, columns)));
  return lines;
}

/** One line for a section that has come to its end, for terminals and logs that are not redrawn. */
export function sectionEndLine(section: SectionView): string {
  const kept = section.cached ? ', found in the cache' : '';
  if (section.state === 'card') return `section ${section.section}: a title card stands in for it (${section.fault?.code ?? 'failed'}): ${section.title}`;
  return `section ${section.section}: ${section.durationSeconds.toFixed(1)} s${kept}: ${section.title}`;
}

function sectionLine(section: SectionView, titleWidth: number): string {
  const number = String(section.section).padStart(4);
  const title = fit(section.title, titleWidth);
  switch (section.state) {
    case 'waiting':
      return styleText('dim', `${number} ${title}  waiting`);
    case 'working':
      return `${number} ${title}  ${activity(section)}`;
    case 'rendered':
      return `${styleText('green', number)} ${title}  ${bar(1)}  ${section.durationSeconds.toFixed(1)} s${section.cached ? ' (cached)' : ''}`;
    case 'card':
      return `${styleText('red', number)} ${title}  title card: ${section.fault?.code ?? 'failed'}`;
  }
}

function activity(section: SectionView): string {
  if (section.phase !== 'render' || section.framesTotal === 0) return `${doing[section.phase ?? 'plan']} …`;
  return `${bar(section.framesDone / section.framesTotal)}  ${section.framesDone}/${section.framesTotal}`;
}

const barWidth = 20;
const bar = (done: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, done)) * barWidth);
  return styleText('cyan', '━'.repeat(full)) + styleText('dim', '─'.repeat(barWidth - full));
};

/** Cuts or fills a text to an exact width, wide characters counted as two. */
function fit(text: string, width: number): string {
  const wide = stringWidth(text);
  if (wide <= width) return text + ' '.repeat(width - wide);
  let cut = text;
  while (stringWidth(cut) > width - 1) cut = [...cut].slice(0, -1).join('');
  return `${cut}…${' '.repeat(width - 1 - stringWidth(cut))}`;
}
