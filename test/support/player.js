/* Runs in the page: plays a film by hls.js and writes down what is shown and what is buffered. */
/* global Hls, document */
const video = document.querySelector('video');
const seen = { frames: [], appended: [], errors: [], playlists: [], ended: false };
let hls;

const rangesOf = (ranges) => Array.from({ length: ranges?.length ?? 0 }, (_, index) => [ranges.start(index), ranges.end(index)]);

function noteFrame(now, { mediaTime }) {
  seen.frames.push({ at: Date.now(), mediaTime });
  video.requestVideoFrameCallback(noteFrame);
}

globalThis.watch = (url, token) => {
  hls = new Hls({ maxBufferLength: 600, xhrSetup: (request) => request.setRequestHeader('authorization', `Bearer ${token}`) });
  hls.on(Hls.Events.ERROR, (_, { details, fatal, error }) => seen.errors.push({ details, fatal, message: error?.message }));
  hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => seen.playlists.push({ live: details.live, sequence: details.startSN, segments: details.fragments.length }));
  hls.on(Hls.Events.BUFFER_APPENDED, (_, { timeRanges }) => seen.appended.push({ video: rangesOf(timeRanges.video), audio: rangesOf(timeRanges.audio) }));
  video.addEventListener('ended', () => (seen.ended = true));
  video.requestVideoFrameCallback(noteFrame);
  hls.loadSource(url);
  hls.attachMedia(video);
  hls.once(Hls.Events.MANIFEST_PARSED, () => void video.play());
};

globalThis.report = () => ({
  ...seen,
  cues: Array.from(video.textTracks, ({ cues }) => Array.from(cues ?? [], ({ startTime, endTime, text }) => ({ startTime, endTime, text }))).flat(),
});

/** The media time of the frame that stands at a moment. */
globalThis.frameAt = (seconds) =>
  new Promise((resolve) => {
    video.pause();
    video.requestVideoFrameCallback((_, { mediaTime }) => resolve(mediaTime));
    video.currentTime = seconds;
  });
