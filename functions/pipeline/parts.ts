import type { Flow } from '../engine/port.ts';
import { againFlows } from './again.ts';
import type { Ports, SectionPorts } from './ports.ts';
import { sectionFlows } from './sections.ts';

/** Every flow that the making of a film starts, for an engine that runs them elsewhere than where the film is made. */
export const partsOfFilms = (ports: SectionPorts & Pick<Ports, 'speechInstead'>): Flow<never, unknown>[] => [...sectionFlows(ports), ...againFlows(ports)];
