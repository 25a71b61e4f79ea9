import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const hlsJs = readFileSync(new URL('../../node_modules/hls.js/dist/hls.min.js', import.meta.url));
const playerJs = readFileSync(new URL('player.js', import.meta.url));
const PAGE = '<!doctype html><meta charset="utf-8"><title>Player</title><video muted playsinline width="427" height="240"></video><script src="hls.js"></script><script src="player.js"></script>';

type Ranges = [start: number, end: number][];

/** What the player has written down. */
export interface Watched {
  /** `at`: when it was put on the screen, in milliseconds since 1970. */
  frames: { at: number; mediaTime: number }[];
  /** What was buffered after each segment. */
  appended: { video: Ranges; audio: Ranges }[];
  playlists: { live: boolean; sequence: number; segments: number }[];
  cues: { startTime: number; endTime: number; text: string }[];
  errors: { details: string; fatal: boolean; message: string | undefined }[];
  ended: boolean;
}

export interface PlayerPage {
  /** Of the page, which calls the service from another origin, as the pages of others do. */
  origin: string;
  watch: (playlist: string, token: string) => Promise<void>;
  /** Waits until the film has been played to its end. */
  watched: () => Promise<Watched>;
  /** The time of the frame that is shown at a moment of the film. */
  frameAt: (seconds: number) => Promise<number>;
  close: () => Promise<void>;
}

const MOST_SECONDS = 90;

/** A page with hls.js in Debian's own Chromium. */
export async function openPlayerPage(): Promise<PlayerPage> {
  const server = createServer(({ url }, answer) => {
    const [type, body]: [string, string | Buffer] = url === '/hls.js' ? ['text/javascript', hlsJs] : url === '/player.js' ? ['text/javascript', playerJs] : ['text/html', PAGE];
    answer.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(origin);
  return {
    origin,
    watch: (playlist, token) => page.evaluate(`watch(${JSON.stringify(playlist)}, ${JSON.stringify(token)})`),
    async watched() {
      await page.waitForFunction('report().ended', undefined, { timeout: MOST_SECONDS * 1000 });
      return page.evaluate<Watched>('report()');
    },
    frameAt: (seconds) => page.evaluate<number>(`frameAt(${seconds})`),
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

const CHROMIUM = '/usr/bin/chromium';

/** Nothing that Chromium asks of its makers' hosts is wanted. */
async function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error('Chromium is not there. Please run: apt-get install --no-install-recommends chromium');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}
