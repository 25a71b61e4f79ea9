import { planFilm } from './plan.ts';
import type { Ports } from './ports.ts';
import { publishFilm } from './publish.ts';
import { sectionFlow } from './section/section.ts';
import { stitchFilm } from './stitch.ts';
import { tellEnd } from './tell-end.ts';
import type { FilmRequest, MadeFilm } from './types.ts';

/**
 * Makes one film: the path of a job from request to published film, in eight phases. Sections go side by side;
 * one that fails is replaced by a title card, and the film is partial.
 * @throws LecternError when there can be no film at all; the job's events have told so by then
 */
export async function makeFilm(request: FilmRequest, ports: Ports): Promise<MadeFilm> {
  return tellEnd(ports.progress, async () => {
    await ports.progress.tell({ type: 'job.started', source: request.source });
    const plan = await planFilm(ports);
    const flow = sectionFlow(ports);
    const sections = await Promise.all(
      plan.sections.map((_, index) => ports.engine.child(flow, `s${index + 1}`, { plan, section: index + 1 })),
    );
    const film = await stitchFilm({ plan, sections }, ports);
    return publishFilm({ request, plan, sections, film }, ports);
  });
}
