import { isDeepStrictEqual } from 'node:util';
import type { Outline, OutlineSection, Section } from '../../../shared/contract/plan.ts';
import { LecternError } from '../../../shared/errors.ts';
import type { Planner } from '../../lesson/port.ts';
import { LlmError } from '../../llm/port.ts';
import { nothingWrittenText, sectionRepairText, sectionsSystem, sectionsText } from '../../prompts/plan.ts';
import type { Question } from '../ask.ts';
import { comparedTitle } from './likeness.ts';
import { assistantMessage, userMessage } from './outline.ts';
import type { TopicPlannerParts } from './parts.ts';
import { outlineBrief, readSectionReply, sectionBrief, type SectionReply, type SectionsReply, sectionsReplySchema } from './reply.ts';
import { mendSection } from './section-mend.ts';
import { readSection, sectionOf, type SectionPlace } from './section-read.ts';
import { SectionStream } from './section-stream.ts';
import { unusable } from './unusable.ts';

type Parts = Pick<TopicPlannerParts, 'ask' | 'flavor' | 'topic' | 'image'>;
type Place = Parameters<Planner['next']>[0];

/** How often a reply that broke off, or ended too early, is gone on with. */
const mostContinuations = 2;

function sectionsQuestion({ flavor, topic, image }: Parts, { outline, before }: Place): Question<SectionsReply> {
  const text = sectionsText({ topic, outline: outlineBrief(outline), written: before.map(sectionBrief) });
  return {
    phase: 'plan',
    model: flavor.parameters.models.plan,
    system: sectionsSystem(flavor.plan.sections),
    messages: [userMessage(text, image)],
    schema: sectionsReplySchema,
    maxOutputTokens: flavor.parameters.output_tokens.sections,
  };
}

/** The question after a reply without a section that was asked for: another one, so that the same reply is not found again. */
const askedAgain = (question: Question<SectionsReply>, { outline, before }: Place): Question<SectionsReply> => ({
  ...question,
  messages: [
    ...question.messages,
    assistantMessage({ sections: [] }),
    userMessage(nothingWrittenText(outline.sections.slice(before.length).map(({ title }) => title))),
  ],
});

/** Whether going on from what has come can help: the reply broke off, was cut at its longest, or lost its form on the way. */
const isBreak = (error: unknown): boolean =>
  (error instanceof LlmError && error.retryable) || (error instanceof LecternError && (error.code === 'llm_truncated' || error.code === 'llm_bad_answer'));

function outlined({ outline, before }: Place): OutlineSection {
  const section = outline.sections[before.length];
  if (!section) throw new RangeError('all sections of the outline are written');
  return section;
}

/** A section that stands elsewhere in the outline: one that is written already, or one that is not due yet. */
function isOutOfTurn(reply: SectionReply, place: Place): boolean {
  const title = comparedTitle(reply.title);
  return title !== comparedTitle(outlined(place).title) && place.outline.sections.some((section) => comparedTitle(section.title) === title);
}

/** A reply that is held open, and what it was opened for and has brought since. */
interface Opened {
  stream: SectionStream;
  outline: Outline;
  written: Section[];
  /** How many were written when it was opened. */
  from: number;
}

/** Hands out the sections of a film one after the other, from as few replies as it takes. */
class SectionSource {
  private readonly parts: Parts;
  private opened: Opened | undefined;
  private continuations = 0;
  /** The last reply ended without a section that was asked for. */
  private broughtNothing = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws LecternError `plan_unusable`, what `Ask` throws, or the signal's reason */
  async next(place: Place, signal: AbortSignal): Promise<Section> {
    signal.throwIfAborted();
    outlined(place);
    try {
      const reply = await this.take(place, signal);
      const section = await this.usable(reply, place, signal);
      this.opened?.written.push(section);
      return section;
    } catch (error) {
      this.close(error);
      signal.throwIfAborted();
      throw error;
    }
  }

  private async take(place: Place, signal: AbortSignal): Promise<SectionReply> {
    for (;;) {
      const { stream, from } = this.openedFor(place, signal);
      const taken = await stream.take();
      signal.throwIfAborted();
      if (!('ended' in taken)) {
        if (!isOutOfTurn(taken.section, place)) return taken.section;
        continue;
      }
      this.close(taken.error);
      if (taken.error !== undefined && !(stream.hasBegun && isBreak(taken.error))) throw taken.error;
      if (this.continuations === mostContinuations) throw taken.error ?? unusable(`${place.before.length} of ${place.outline.sections.length} sections are all that came.`);
      this.continuations += 1;
      this.broughtNothing = taken.error === undefined && from === place.before.length;
    }
  }

  /** The reply that is open, if it goes on from exactly this place; else a new one. */
  private openedFor(place: Place, signal: AbortSignal): Opened {
    const { outline, before } = place;
    if (this.opened && !(isDeepStrictEqual(this.opened.written, before) && isDeepStrictEqual(this.opened.outline, outline))) {
      this.close(new Error('another reply goes on from here'));
    }
    this.opened ??= { stream: this.openStream(place), outline, written: [...before], from: before.length };
    this.opened.stream.follow(signal);
    return this.opened;
  }

  private openStream(place: Place): SectionStream {
    const question = sectionsQuestion(this.parts, place);
    const asked = this.broughtNothing ? askedAgain(question, place) : question;
    this.broughtNothing = false;
    return new SectionStream((hooks) => this.parts.ask(asked, hooks));
  }

  private close(reason: unknown): void {
    this.opened?.stream.abort(reason);
    this.opened = undefined;
  }

  /** The section as it is, or as it is when its faults were corrected once. */
  private async usable(reply: SectionReply, { outline, before }: Place, signal: AbortSignal): Promise<Section> {
    const { title, seconds } = outlined({ outline, before });
    const place: SectionPlace = { language: outline.language, seconds };
    const read = readSection(reply, place);
    if (read.faults.length === 0) return sectionOf(title, read.beats.map(({ beat }) => beat));
    const corrected = await this.corrected({ reply, faults: read.faults }, { outline, before }, signal).catch(givenAsItWas(reply));
    return mendSection(readSection(corrected, place), { title, number: before.length + 1 });
  }

  private async corrected({ reply, faults }: { reply: SectionReply; faults: string[] }, { outline, before }: Place, signal: AbortSignal): Promise<SectionReply> {
    const { ask, flavor } = this.parts;
    const { title } = outlined({ outline, before });
    const number = before.length + 1;
    const question = sectionsQuestion(this.parts, { outline, before: [] });
    const told = sectionRepairText({ instructions: flavor.repair.section, section: number, of: outline.sections.length, title, faults });
    const { value } = await ask({
      ...question,
      section: number,
      model: flavor.parameters.models.repair,
      messages: [...question.messages, assistantMessage({ sections: [reply] }), userMessage(told)],
      maxOutputTokens: flavor.parameters.output_tokens.repair,
    }, { signal });
    return value.sections.find((section) => comparedTitle(section.title) === comparedTitle(title)) ?? readSectionReply(value.sections[0]);
  }
}

/** Answers that will not be better: what was wrong with the section may be something that can be borne. */
const UNANSWERED = new Set(['llm_refused', 'llm_truncated', 'llm_bad_answer']);

const givenAsItWas = (reply: SectionReply) => (error: unknown): SectionReply => {
  if (error instanceof LecternError && UNANSWERED.has(error.code)) return reply;
  throw error;
};

/** `Planner.next` for a topic: see {@link SectionSource}. */
export function sectionPlanner(parts: Parts): Planner['next'] {
  const source = new SectionSource(parts);
  return (place, signal) => source.next(place, signal);
}
