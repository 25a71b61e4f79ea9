import type { Finding, RenderFailure, SectionReport } from '../../../shared/contract/report.ts';
import type { WrittenScene } from '../../lesson/port.ts';
import type { MendedRecord } from '../../records/port.ts';
import type { Take } from '../types.ts';

export interface SceneHistory {
  section: number;
  written: WrittenScene;
  first: Take;
  /** What the writer made of it when it was asked to mend it. */
  mended: { scene: WrittenScene; take: Take } | undefined;
}

type Ending = Pick<MendedRecord, 'mendedBy' | 'recovered'>;

/** Everything that was wrong with a section's scene, and how each of it ended: what there is to learn from. */
export function endingsOf({ section, written, first, mended }: SceneHistory): MendedRecord[] {
  const isMended = mended?.take.clipKey !== undefined;
  const byWriter: Ending = { mendedBy: mended ? 'model' : 'none', recovered: isMended };
  const common = { section, ...written.writtenBy };
  const endings = [
    ...failuresIn(first.report, byWriter).map((failure) => ({ ...common, phase: 'render' as const, ...failure })),
    ...picturesIn(first.report, mended?.take).map((fault) => ({ ...common, phase: 'render' as const, ...fault })),
  ];
  if (mended === undefined) return endings;
  const given: Ending = { mendedBy: 'none', recovered: first.clipKey !== undefined };
  return [...endings, ...failuresIn(mended.take.report, given).map((failure) => ({ section, ...mended.scene.writtenBy, phase: 'repair' as const, ...failure }))];
}

type Failure = Omit<MendedRecord, 'section' | 'phase'>;

/** What the check and the render found, and the failure at the end where none of that is it. */
function failuresIn({ findings = [], failure }: SectionReport, otherwise: Ending): Failure[] {
  const isDrawn = failure === undefined;
  const found = findings.map((finding) => fromFinding(finding, finding.mended || isDrawn ? { mendedBy: 'fix', recovered: isDrawn || otherwise.recovered } : otherwise));
  const isTold = findings.some(({ mended, errorClass }) => !mended && errorClass === failure?.errorClass);
  return isDrawn || isTold ? found : [...found, fromFailure(failure, otherwise)];
}

const fromFinding = ({ rule, found, errorClass, message }: Finding, ending: Ending): Failure => ({ kind: 'code', rule, found, errorClass, message, ...ending });

const fromFailure = ({ kind, errorClass, message }: RenderFailure, ending: Ending): Failure => ({ kind, errorClass, message, found: 'render', ...ending });

/** Faults of what is seen, those of a kind together. */
function picturesIn({ geometry }: SectionReport, redrawn: Take | undefined): Failure[] {
  const grave = geometry.filter(({ severity }) => severity === 'repair');
  return [...new Set(grave.map(({ kind }) => kind))].map((kind) => {
    const of = grave.filter((fault) => fault.kind === kind);
    const left = redrawn?.report.geometry.filter((fault) => fault.kind === kind && fault.severity === 'repair').length;
    const recovered = redrawn?.clipKey !== undefined && left === 0;
    const mendedBy = redrawn ? 'model' : 'none';
    return { kind: 'picture', errorClass: kind, found: 'render', message: of.map(({ detail }) => detail).join('; '), mendedBy, recovered };
  });
}
