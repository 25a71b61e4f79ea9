import type { Beat } from '../../shared/contract/plan.ts';
import type { Visual } from '../../shared/contract/visual.ts';
import type { Appearance } from './appearances.ts';
import { assetName } from './asset-name.ts';
import { laterActions } from './later-actions.ts';
import { callLines, pythonLiteral } from './python-literal.ts';
import { visualKind } from './visuals/index.ts';
import { plainText } from './visuals/rich-text.ts';

/** Takeaways stay for the beat after theirs, then leave. */
const takeawayBeats = 2;
const mostPhrases = 3;

/** Scene code finds files under their plain names. */
function withAssetNames(visual: Visual): Visual {
  if (visual.kind === 'image' && !visual.continues) return { ...visual, file: assetName(visual.file) };
  if (visual.kind !== 'list' || visual.continues) return visual;
  return { ...visual, items: visual.items.map((item) => (item.image === undefined ? item : { ...item, image: assetName(item.image) })) };
}

/** Pictures of one beat come one after the other, each in its share of what is said. */
const inShares = (drawings: string[][]): string[] =>
  drawings.flatMap((lines, index) => {
    const left = drawings.length - index;
    return left === 1 ? lines : [`with self.share_of_beat(1 / ${left}):`, ...lines.map((line) => `    ${line}`)];
  });

/** Writes what happens on the stage, beat by beat, and remembers what stands on it. */
export class StageCode {
  private readonly names = new Map<Appearance, string>();
  private readonly used = new Map<string, number>();
  private readonly appearances: Appearance[];
  private takeaway: { name: string; beat: number } | undefined;
  private statement: string | undefined;
  private recent: Appearance | undefined;

  constructor(appearances: Appearance[]) {
    this.appearances = appearances;
  }

  /** The statements of one beat. */
  beat(beat: Beat, number: number): string[] {
    const drawn = inShares(beat.visuals.map((visual) => this.drawing(visual, number)).filter((lines) => lines.length > 0));
    const lines = [...this.leaving(number, beat), ...drawn];
    const alive = this.appearances.some((one) => one.beat <= number && one.gone > number);
    const phrases = [...this.phrases(beat, number, alive), ...this.notes(beat, number)];
    if (lines.length === 0 && phrases.length === 0 && this.recent && this.recent.gone > number) return [`self.focus(${this.names.get(this.recent)})`];
    return [...lines, ...phrases];
  }

  private name(base: string): string {
    const count = (this.used.get(base) ?? 0) + 1;
    this.used.set(base, count);
    return count === 1 ? base : `${base}_${count}`;
  }

  private leaving(number: number, { visuals, clearsStage = false }: Beat): string[] {
    const gone = this.appearances.filter((one) => one.gone === number && one.beat < number).map((one) => this.names.get(one) ?? '');
    if (this.takeaway && (clearsStage || number >= this.takeaway.beat + takeawayBeats)) {
      gone.push(this.takeaway.name);
      this.takeaway = undefined;
    }
    if (this.statement && (clearsStage || visuals.length > 0)) {
      gone.push(this.statement);
      this.statement = undefined;
    }
    return gone.length > 0 ? [`blocks.leave(self, ${gone.join(', ')})`] : [];
  }

  /** In the order in which the lesson has them: each speaks for itself when the one before is done. */
  private drawing(visual: Visual, number: number): string[] {
    const own = this.appearances.find((one) => one.visual === visual);
    if (own) return this.entrance(own);
    const figure = this.appearances.find((one) => one.continuations.some((later) => later.visual === visual && later.beat === number));
    return figure ? this.continuation(figure, visual) : [];
  }

  private entrance(one: Appearance): string[] {
    const call = visualKind(one.visual).call(withAssetNames(one.visual));
    const name = this.name(call.name);
    this.names.set(one, name);
    this.recent = one;
    const later = laterActions(one);
    const whole = { ...call.named, ...(later.length > 0 ? { later } : {}), ...(one.slot === 'stage' ? {} : { slot: one.slot }) };
    const lines = callLines(`${name} = blocks.${call.name}`, { ...call, named: whole }, ['self']);
    // Taken over within its beat by a text of the same role: shown, held, and gone before the next comes.
    return one.gone === one.beat ? [...lines, 'self.wait(self.telling_seconds_left)', `blocks.leave(self, ${name})`] : lines;
  }

  private continuation(figure: Appearance, visual: Visual): string[] {
    this.recent = figure;
    const call = visualKind(visual).call(visual);
    return callLines(`${this.names.get(figure)}.${call.name}`, call);
  }

  /** Key phrases in large type where the stage is empty, else one line under the figure, as they are spoken. */
  private phrases({ keyPhrases }: Beat, number: number, alive: boolean): string[] {
    if (keyPhrases.length === 0) return [];
    const phrases = keyPhrases.slice(0, mostPhrases);
    if (alive) return phrases.flatMap((phrase) => this.takeawayCode(phrase, number));
    if (this.statement) return [`${this.statement}.next(${phrases.map(pythonLiteral).join(', ')})`];
    this.statement = this.name('statement');
    return [`${this.statement} = blocks.statement(self, ${pythonLiteral(phrases)})`];
  }

  /** Notes that had no place beside the picture. */
  private notes({ visuals }: Beat, number: number): string[] {
    const placed = new Set(this.appearances.map(({ visual }) => visual));
    return visuals.flatMap((visual) => (visual.kind === 'note' && !placed.has(visual) ? [this.line(visual.text, number)] : []));
  }

  private takeawayCode(phrase: string, number: number): string[] {
    const spokenAsShown = !/[$`]/.test(phrase);
    return [...(spokenAsShown ? [`self.wait_for_word(${pythonLiteral(plainText(phrase))})`] : []), this.line(phrase, number)];
  }

  private line(text: string, number: number): string {
    this.takeaway = { name: this.takeaway?.name ?? this.name('takeaway'), beat: number };
    return `${this.takeaway.name} = blocks.takeaway(self, ${pythonLiteral(text)})`;
  }
}
