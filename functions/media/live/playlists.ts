import { type LiveRecord, type Segment } from './record.ts';
import { TARGET_SECONDS } from './target.ts';

/** The playlists that the main one names. */
export const liveKinds = ['video', 'audio', 'captions'] as const;
export type LiveKind = (typeof liveKinds)[number];

export interface PlaylistSetting {
  /** Nothing follows any more. */
  ended: boolean;
  /** What every address is to end with, such as `?share=…`. */
  query: string;
}

/** An upper bound of what a second of such pictures and sound takes, since nobody knows the peak of what is not drawn yet. */
const BITS_A_PIXEL = 0.15;
const AUDIO_BITS = 192_000;
const AAC = 'mp4a.40.2';

/** Players begin at the end of what is still growing unless they are told otherwise. */
const FROM_START = '#EXT-X-START:TIME-OFFSET=0,PRECISE=YES';
const HEAD = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', FROM_START];

/** The playlist that players are given (RFC 8216, section 4.3.4): picture, sound and captions each have one of their own. */
export function mainPlaylist({ film }: LiveRecord, query: string): string {
  const { width, height, framesPerSecond, videoCodec, language } = film;
  const address = (kind: LiveKind): string => `live/${kind}.m3u8${query}`;
  const bandwidth = Math.round(width * height * framesPerSecond * BITS_A_PIXEL + AUDIO_BITS);
  const common = `LANGUAGE="${language}",NAME="${languageName(language)}",DEFAULT=YES,AUTOSELECT=YES`;
  return lines([
    ...HEAD,
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",${common},CHANNELS="1",URI="${address('audio')}"`,
    `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",${common},URI="${address('captions')}"`,
    `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},CODECS="${videoCodec},${AAC}",RESOLUTION=${width}x${height},FRAME-RATE=${framesPerSecond.toFixed(3)},AUDIO="sound",SUBTITLES="captions"`,
    address('video'),
  ]);
}

/** One that grows: segments are only ever added, and what it says of them never changes (RFC 8216, section 4.3.3.5). */
export function growingPlaylist(records: LiveRecord[], kind: LiveKind, { ended, query }: PlaylistSetting): string {
  let head: string | undefined;
  const entries = records.flatMap((record) => {
    const needed = initOf(record, kind);
    const map = needed === undefined || needed === head || record[kind].length === 0 ? [] : [`#EXT-X-MAP:URI="${needed}${query}"`];
    if (map.length > 0) head = needed;
    return [...map, ...record[kind].flatMap(({ file, seconds }: Segment) => [`#EXTINF:${seconds.toFixed(6)},`, `${file}${query}`])];
  });
  return lines([
    ...HEAD,
    `#EXT-X-TARGETDURATION:${TARGET_SECONDS}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    ...entries,
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
  ]);
}

/** The segment without which those of a section cannot be decoded. */
function initOf({ videoInit, audioInit }: LiveRecord, kind: LiveKind): string | undefined {
  if (kind === 'captions') return undefined;
  return kind === 'video' ? videoInit : audioInit;
}

/** By its primary subtag, which every language has: not every tag that is well-formed is one that names can be looked up for. */
function languageName(language: string): string {
  const [primary = language] = language.split('-');
  return new Intl.DisplayNames([primary], { type: 'language' }).of(primary) ?? primary;
}

const lines = (all: string[]): string => `${all.join('\n')}\n`;
