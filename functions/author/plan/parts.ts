import type { Flavor } from '../../../shared/contract/flavor.ts';
import type { Quality, ThemeName } from '../../../shared/contract/plan.ts';
import type { FormulaCheck } from '../../compute/port.ts';
import type { LlmContent } from '../../llm/port.ts';
import type { Ask } from '../ask.ts';

/** What the caller asks for on top of the topic. */
export interface TopicWishes {
  quality?: Quality;
  theme?: ThemeName;
  /** BCP 47; the topic's own where absent. */
  language?: string;
  voice?: string;
  /** Length of the film. */
  seconds?: number;
}

export interface TopicPlannerParts {
  ask: Ask;
  flavor: Flavor;
  topic: string;
  wishes: TopicWishes;
  /** As `imageContext` answers it. */
  image?: LlmContent & { type: 'image' };
  /** Sets the ledger's symbols, so that one that LaTeX does not know is mended with everything else. */
  formulas?: FormulaCheck;
}
