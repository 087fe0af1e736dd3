import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useCallIf } from '../../api.ts';

type Reference = Output<'getMonitor'>['reference'];

const kinds = { snapshot: 'training data', chosen: 'a chosen table', predictions: 'the first predictions' } as const;

/** What rows are compared with, in two words. */
export const sayReference = (one: Pick<Reference, 'kind'>): string => (one.kind === null ? 'nothing yet' : kinds[one.kind]);

/** The same by name, leading to it. */
export function ReferenceLink({ reference: one }: { reference: Reference }) {
  const snapshot = useCallIf(one.snapshotId !== null, 'getSnapshot', { snapshot: one.snapshotId ?? '' }).data;
  const dataset = useCallIf(snapshot !== undefined, 'getDataset', { dataset: snapshot?.datasetId ?? '' }).data;
  if (one.snapshotId)
    return (
      <>
        {snapshot && dataset ? (
          <Link to={`/datasets/${dataset.id}` as '/'} search={{ snapshot: snapshot.id } as never}>
            {dataset.name} #{snapshot.number}
          </Link>
        ) : (
          <span className="mono">{one.snapshotId}</span>
        )}{' '}
        {one.path && <span className="faint">{one.path}</span>}
      </>
    );
  if (one.runId)
    return (
      <>
        <Link to={`/runs/${one.runId}` as '/'}>a table of a run</Link> <span className="faint">{one.path}</span>
      </>
    );
  return <>{one.kind === 'predictions' ? 'The first predictions' : 'Nothing yet'}</>;
}
