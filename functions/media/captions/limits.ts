/** What a caption may be in a language. Lengths count UTF-16 units, which is never fewer than what a reader counts. */
export interface CaptionLimits {
  charactersPerLine: number;
  lines: number;
  /** Characters a second: aimed at, and never passed. */
  aimedRate: number;
  highestRate: number;
  /** Words that should not end a line or a caption. */
  functionWords: ReadonlySet<string>;
}

const LISTS: Record<string, string> = {
  en: 'a an the of to in on at by for from with and or but nor as if that than then is are was were be been has have had will would can could may might must its his her their our your this these those which who whose into over under so not no',
  es: 'el la los las un una unos unas de del a al en con por para sin y e o u que se su sus lo le les si es son como más muy no este esta estos estas cuyo cuya entre sobre desde hasta',
  fr: "le la les un une des de du d' à au aux en dans par pour sans avec et ou que qui se sa son ses ce cet cette ces si est sont ne pas sur sous entre chez plus comme leur leurs",
  de: 'der die das den dem des ein eine einen einem einer eines und oder aber von vom zu zum zur in im an am auf mit für bei aus nach über unter durch als wie dass ob ist sind war nicht sich ihr ihre sein seine so',
  it: 'il lo la i gli le un uno una di del della dei delle a al alla in nel nella con per da dal e o che si è sono non su tra fra come più suo sua',
  pt: 'o a os as um uma uns umas de do da dos das em no na nos nas com por para sem e ou que se é são não como mais seu sua ao à sobre entre até',
};

const WIDE = { charactersPerLine: 16, lines: 2, functionWords: new Set<string>() };

/** Line lengths and reading rates by language: Chinese and Japanese characters say more and are read more slowly than letters. */
export function captionLimits(language: string): CaptionLimits {
  const primary = language.toLowerCase().split('-')[0] ?? '';
  if (['zh', 'yue', 'cmn', 'hak', 'ja'].includes(primary)) return { ...WIDE, aimedRate: 7.5, highestRate: 9 };
  if (primary === 'ko') return { ...WIDE, aimedRate: 9, highestRate: 12 };
  return { charactersPerLine: 42, lines: 2, aimedRate: 17, highestRate: 20, functionWords: new Set((LISTS[primary] ?? '').split(' ')) };
}
