const LONGEST_REASON = 200;

/** What ffmpeg says, and what that means to whoever made the film. */
const KNOWN: [RegExp, string][] = [
  [/No space left on device/, 'the disk is full'],
  [/Cannot allocate memory|Out of memory/i, 'there was not enough memory'],
  [/Permission denied/, 'a file may not be read or written'],
  [/moov atom not found/, 'a clip is cut off: its index is missing'],
  [/Unknown (encoder|decoder) '([^']+)'/, 'this ffmpeg was built without $2'],
  [/No such filter: '([^']+)'/, 'this ffmpeg was built without the filter $1'],
  [/([^\s:'"]+): No such file or directory/, 'the file $1 is missing'],
  [/([^\s:'"]+): Invalid data found when processing input/, 'the file $1 is damaged, or not what its name says'],
];

/** Lines that tell that something failed, and not what. */
const EMPTY_TALK =
  /^(Conversion failed!|Error while (processing|filtering)|Error opening (input|output) files?|Exiting normally|Last message repeated|frame=|size=)/;

/** One short reason, for people, from what ffmpeg or ffprobe wrote to standard error. */
export function ffmpegReason(stderr: string, exitCode: number): string {
  for (const [pattern, reason] of KNOWN) {
    const match = pattern.exec(stderr);
    if (match !== null) return reason.replace(/\$(\d)/g, (_, group: string) => (match[Number(group)] ?? '').split('/').at(-1) ?? '');
  }
  const lines = stderr.split(/[\r\n]+/).map((line) => line.replace(/^(\[[^\]]*\]\s*)+/, '').trim());
  const telling = lines.filter((line) => line !== '' && !EMPTY_TALK.test(line));
  const last = telling.findLast((line) => /error|invalid|fail|cannot|could not|unable|unsupported|not /i.test(line)) ?? telling.at(-1);
  if (last !== undefined) return last.slice(0, LONGEST_REASON);
  return exitCode > 128 || exitCode < 0 ? 'ffmpeg was stopped from outside' : `ffmpeg ended with status ${exitCode} and said nothing`;
}
