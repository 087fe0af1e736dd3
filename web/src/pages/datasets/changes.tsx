import type { Output } from '@plinth/sdk';
import { useCall } from '../../api.ts';
import { bytes, delta, figure } from '../../ui/format.ts';
import { Empty, Loaded, Table } from '../../ui/kit.tsx';
import { type ColumnChange, changedColumns, changedFiles } from './snapshot-changes.ts';

type Snapshot = Output<'getSnapshot'>;

const most = 300;

/** What a snapshot changed since the one before: files by content, then schema and statistics of what is in both. */
export function Changes({ snapshot, previous }: { snapshot: Snapshot; previous: Snapshot | undefined }) {
  if (!previous) return <p className="soft">This is the first snapshot; there is nothing to compare it with.</p>;
  if (previous.digest === snapshot.digest) return <Empty icon="check" title={`The same bytes as snapshot ${previous.number}.`} />;
  return (
    <>
      <Files snapshot={snapshot} previous={previous} />
      <Columns snapshot={snapshot} previous={previous} />
    </>
  );
}

interface Both {
  snapshot: Snapshot;
  previous: Snapshot;
}

function Files({ snapshot, previous }: Both) {
  const before = useCall('listSnapshotFiles', { snapshot: previous.id });
  const after = useCall('listSnapshotFiles', { snapshot: snapshot.id });
  return (
    <section className="stack" aria-label="Changed files">
      <h2>Files</h2>
      <Loaded query={before}>
        {(old) => (
          <Loaded query={after}>
            {(now) => {
              const changes = changedFiles(old.items, now.items);
              return (
                <>
                  <Table
                    label={`Files changed since snapshot ${previous.number}`}
                    rows={changes.slice(0, most).map((change) => ({ ...change, id: change.path }))}
                    columns={[
                      { title: 'Path', cell: (change) => <span className="mono">{change.path}</span> },
                      { title: 'What', cell: (change) => change.what },
                      { title: `In #${previous.number}`, cell: (change) => bytes(change.beforeBytes), numeric: true },
                      { title: `In #${snapshot.number}`, cell: (change) => bytes(change.afterBytes), numeric: true },
                    ]}
                  />
                  {changes.length > most && (
                    <p className="caption">
                      The first {most} of {changes.length.toLocaleString('en')}.
                    </p>
                  )}
                </>
              );
            }}
          </Loaded>
        )}
      </Loaded>
    </section>
  );
}

function Columns({ snapshot, previous }: Both) {
  const changes = changedColumns(previous.profile, snapshot.profile);
  if (snapshot.profile.state === 'pending' || previous.profile.state === 'pending')
    return <p className="soft">The columns are still being read.</p>;
  return (
    <section className="stack" aria-label="Changed columns">
      <h2>Schema and statistics</h2>
      {changes.length === 0 ? (
        <p className="soft">No column changed.</p>
      ) : (
        <Table
          label={`Columns changed since snapshot ${previous.number}`}
          rows={changes.slice(0, most).map((change) => ({ ...change, id: `${change.table}/${change.column}/${change.what}` }))}
          columns={[
            { title: 'Table', cell: (change) => <span className="mono soft">{change.table}</span> },
            {
              title: 'Column',
              cell: (change) => (change.column ? <strong>{change.column}</strong> : <span className="soft">all</span>),
            },
            { title: 'What', cell: (change) => change.what },
            { title: `In #${previous.number}`, cell: (change) => <Fact value={change.before} />, numeric: true },
            { title: `In #${snapshot.number}`, cell: (change) => <Fact value={change.after} />, numeric: true },
            { title: 'Difference', cell: (change) => <Difference {...change} />, numeric: true },
          ]}
        />
      )}
    </section>
  );
}

const numberOf = (value: ColumnChange['before']): number => (value === null || value === '' ? Number.NaN : Number(value));

function Fact({ value }: { value: ColumnChange['before'] }) {
  if (value === null) return <span className="faint">–</span>;
  const read = numberOf(value);
  return <span title={String(value)}>{Number.isFinite(read) ? figure(read) : value}</span>;
}

function Difference({ before, after }: ColumnChange) {
  const by = numberOf(after) - numberOf(before);
  return Number.isFinite(by) ? <span>{delta(by)}</span> : <span className="faint">–</span>;
}
