/** ISO 639-2/T codes, as MP4 wants them, of the languages whose ISO 639-1 code differs; those of three letters are taken as they are. */
const CODES =
  'af:afr am:amh an:arg ar:ara as:asm az:aze ba:bak be:bel bg:bul bn:ben bs:bos ca:cat cs:ces cv:chv cy:cym da:dan de:deu el:ell en:eng eo:epo es:spa et:est ' +
  'eu:eus fa:fas fi:fin fo:fao fr:fra ga:gle gd:gla gn:grn gu:guj he:heb hi:hin hr:hrv ht:hat hu:hun hy:hye ia:ina id:ind io:ido is:isl it:ita ja:jpn ka:kat ' +
  'kk:kaz kl:kal kn:kan ko:kor ku:kur ky:kir la:lat lb:ltz lt:lit lv:lav mi:mri mk:mkd ml:mal mr:mar ms:msa mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno no:nor ' +
  'om:orm or:ori pa:pan pl:pol pt:por qu:que ro:ron ru:rus sd:snd si:sin sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha ti:tir tk:tuk tn:tsn ' +
  'tr:tur tt:tat ug:uig uk:ukr ur:urd uz:uzb vi:vie zh:zho';

const codes = new Map(CODES.split(' ').map((pair) => pair.split(':') as [string, string]));

/** The three letters that MP4 marks a stream's language with; `und` where BCP 47 has a language that has none. */
export function languageCode(language: string): string {
  const primary = language.toLowerCase().split('-')[0] ?? '';
  return codes.get(primary) ?? (/^[a-z]{3}$/.test(primary) ? primary : 'und');
}
