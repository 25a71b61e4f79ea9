import { z } from 'zod';
import { PROTOCOL, type RenderJob } from '../../shared/contract/job.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { sectionReportSchema, type SectionReport } from '../../shared/contract/report.ts';
import { LecternError } from '../../shared/errors.ts';

const { framesPerSecond: FRAMES_PER_SECOND } = encoderProfiles.preview;

/** A second of film that asks for everything an image has to have: Manim, LaTeX, the fonts, the encoder. */
export const TEST_JOB: RenderJob = {
  protocol: PROTOCOL,
  section: 1,
  title: 'A test of the image',
  language: 'en',
  theme: 'dark',
  symbolColours: { c: 'rose' },
  sceneCode: [
    'from manim import *',
    'from lectern_render import LessonScene',
    '',
    '',
    'class Section(LessonScene):',
    '    def construct(self):',
    '        with self.beat(0):',
    '            words = Text("The image draws 画像", font="Inter").to_edge(UP)',
    '            formula = MathTex(r"\\sum_{k=1}^{\\infty} \\frac{1}{k^2} = \\frac{\\pi^2}{6}")',
    '            self.play(FadeIn(words), Write(formula), run_time=0.6)',
    '',
  ].join('\n'),
  beats: [{ startFrame: 0, speechEndFrame: FRAMES_PER_SECOND, endFrame: FRAMES_PER_SECOND, words: [] }],
  totalFrames: FRAMES_PER_SECOND,
  seed: 1,
  profile: encoderProfiles.preview,
  assets: [],
};

/** For a shell in the image: draws the job of one file, and writes what the worker says into another. */
export const testCommand = ({ job, answer }: { job: string; answer: string }): string[] => [
  'sh', '-c', `exec python -m lectern_render.worker <'${job}' 4>'${answer}' >&2`,
];

const announcement = z.object({ type: z.string() });
const reportMessage = z.object({ report: sectionReportSchema });
const videoMessage = z.object({ bytes: z.int().positive() });

export interface TestAnswer {
  report: SectionReport;
  video: Buffer;
}

/**
 * What the worker wrote: its messages, and the video after the last of them.
 * @throws LecternError `image_fails` where the scene was not drawn whole
 */
export function readTestAnswer(answer: Buffer): TestAnswer {
  let report: SectionReport | undefined;
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\n', at);
    if (end === -1) break;
    const message: unknown = JSON.parse(answer.toString('utf8', at, end));
    at = end + 1;
    const { type } = announcement.parse(message);
    if (type === 'report') report = checkReport(reportMessage.parse(message).report);
    if (type === 'video' && report !== undefined) return { report, video: checkVideo(answer.subarray(at), videoMessage.parse(message).bytes) };
  }
  throw refused(report === undefined ? 'The worker ended before its report.' : 'The worker sent no video.');
}

function checkReport(report: SectionReport): SectionReport {
  if (report.failure !== undefined) throw refused(`${report.failure.errorClass}: ${report.failure.message}`);
  if (report.frames !== TEST_JOB.totalFrames) throw refused(`It drew ${report.frames} frames of ${TEST_JOB.totalFrames}.`);
  return report;
}

function checkVideo(video: Buffer, bytes: number): Buffer {
  if (video.length !== bytes) throw refused(`${video.length} bytes of a video of ${bytes} came.`);
  if (video.toString('latin1', 4, 8) !== 'ftyp') throw refused('What came is not an MP4.');
  return video;
}

const refused = (why: string): LecternError =>
  new LecternError('image_fails', { message: `The image does not draw the test scene. ${why}`, fix: 'Run "npm run test:images": it carries out the same steps on this machine and says what each one does.' });
