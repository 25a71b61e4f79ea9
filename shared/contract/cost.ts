/** What films of this store have taken so far, added up over the latest of them. */
export interface CostHistory {
  films: number;
  topics: number;
  /** Sections of films that were made from a topic, and those of them that a model mended or that became a card. */
  topicSections: number;
  mendedSections: number;
  /** Calls that were paid, or free of charge; none that were found instead of made. */
  calls: { phase: string; model: string; calls: number; jobs: number; sections: number; microDollars: number; units: Record<string, number> }[];
  narratedCharacters: number;
  narratedSeconds: number;
  /** Of films in which nothing was found instead of made. */
  waiting: { kind: 'lesson' | 'topic'; quality: string; jobs: number; waitingSeconds: number; filmSeconds: number }[];
}
