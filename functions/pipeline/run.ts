import { makeAgain } from './again.ts';
import { withShow } from './live/show.ts';
import { startPlan } from './plan.ts';
import type { Ports } from './ports.ts';
import { publishFilm } from './publish.ts';
import { makeSections } from './sections.ts';
import { stitchFilm } from './stitch.ts';
import { tellEnd } from './tell-end.ts';
import type { FilmRequest, MadeFilm } from './types.ts';

/**
 * Makes one film: the path of a job from request to published film, in eight phases. Sections are made side by side, each as
 * soon as it is planned, and shown as soon as those before it are; one that fails is replaced by a title card, and the film is partial.
 * Of a film that is there, one section is made anew, or the film is joined anew from the takes that its sections have.
 * @throws LecternError when there can be no film at all; the job's events have told so by then
 */
export async function makeFilm(request: FilmRequest, ports: Ports): Promise<MadeFilm> {
  return tellEnd(ports.progress, async () => {
    await ports.progress.tell({ type: 'job.started', source: request.source });
    if (request.again) return makeAgain({ ...request, again: request.again }, ports);
    const start = await startPlan(ports);
    return withShow(start.outline, ports, async (show) => {
      const made = await makeSections({ start, show }, ports);
      const film = await stitchFilm(made, ports);
      await show.settled();
      return publishFilm({ request, ...made, film }, ports);
    });
  });
}
