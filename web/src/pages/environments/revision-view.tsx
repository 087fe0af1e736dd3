import type { Output } from '@plinth/sdk';
import { useMemo, useState } from 'react';
import { useAddress } from '../../ui/address.ts';
import { saveFile } from '../../ui/csv.ts';
import { bytes } from '../../ui/format.ts';
import { Button, Empty, Short, Table, Tabs } from '../../ui/kit.tsx';
import { LogViewer } from '../../ui/log-viewer.tsx';
import { UsedBy } from '../used-by.tsx';
import { compareLocks, readLock } from './lock.ts';

export type Revision = Output<'getEnvironmentRevision'>;

const tabs = [
  { name: 'packages', label: 'Packages' },
  { name: 'changes', label: 'Changes' },
  { name: 'log', label: 'Build log' },
  { name: 'used', label: 'Where used' },
] as const;
type TabName = (typeof tabs)[number]['name'];

/** One revision: what was asked for, what it was locked to, how it was built, who used it. */
export function RevisionView({ revision, previous }: { revision: Revision; previous: Revision | undefined }) {
  const [address, change] = useAddress();
  const usual: TabName = revision.state === 'building' || revision.state === 'failed' ? 'log' : 'packages';
  const open = tabs.find((tab) => tab.name === address.tab)?.name ?? usual;
  return (
    <section className="stack" style={{ gap: 16 }} aria-label={`Revision ${revision.number}`}>
      {revision.stateReason && <p className={revision.state === 'failed' ? 'problem' : 'soft'}>{revision.stateReason}</p>}
      <dl className="facts-row">
        {revision.digest && (
          <Fact name="Digest">
            <Short value={revision.digest} what="digest" length={12} />
          </Fact>
        )}
        {revision.python && <Fact name="Python">{revision.python}</Fact>}
        {revision.platform && <Fact name="Platform">{revision.platform}</Fact>}
        {revision.sizeBytes !== null && <Fact name="Size">{bytes(revision.sizeBytes)}</Fact>}
        {revision.buildSeconds !== null && (
          <Fact name={revision.state === 'failed' ? 'Failed after' : 'Built in'}>
            {revision.buildSeconds.toFixed(1)} s{revision.reused && ', from an earlier build'}
          </Fact>
        )}
        {revision.systemPackages.length > 0 && <Fact name="System packages">{revision.systemPackages.join(', ')}</Fact>}
        {Object.keys(revision.variables).length > 0 && (
          <Fact name="Variables">
            <span className="mono">
              {Object.entries(revision.variables)
                .map(([name, value]) => `${name}=${value}`)
                .join(' ')}
            </span>
          </Fact>
        )}
      </dl>
      <Tabs<TabName> label={`Revision ${revision.number}`} tabs={tabs} open={open} onOpen={(tab) => change({ tab })}>
        <div className="stack" style={{ gap: 16, paddingTop: 12 }}>
          {open === 'packages' && <Packages revision={revision} />}
          {open === 'changes' && <Changes revision={revision} previous={previous} />}
          {open === 'log' &&
            (revision.workloadId ? (
              <LogViewer path={`/api/v1/workloads/${revision.workloadId}/logs`} over={revision.state !== 'building'} />
            ) : (
              <p className="soft">Nothing was built for this revision.</p>
            ))}
          {open === 'used' && (
            <UsedBy
              node={`environment-revision:${revision.id}`}
              nothing="Nothing ran in this revision yet."
              code={'npx plinth run -- python train.py'}
            />
          )}
        </div>
      </Tabs>
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt className="caption">{name}</dt>
    <dd>{children}</dd>
  </div>
);

const nameOf = (requirement: string): string =>
  /^[A-Za-z0-9._-]+/.exec(requirement)?.[0]?.toLowerCase().replaceAll('_', '-') ?? requirement;

function Packages({ revision }: { revision: Revision }) {
  const [word, setWord] = useState('');
  const locked = useMemo(() => readLock(revision.lock ?? ''), [revision.lock]);
  const asked = new Map(revision.packages.map((line) => [nameOf(line), line]));
  const rows = locked
    .filter((one) => one.name.toLowerCase().includes(word.toLowerCase()))
    .sort((a, b) => Number(asked.has(b.name)) - Number(asked.has(a.name)) || a.name.localeCompare(b.name));
  if (locked.length === 0)
    return (
      <div className="chips">
        {revision.packages.map((line) => (
          <span key={line} className="chip mono">
            {line}
          </span>
        ))}
      </div>
    );
  return (
    <>
      <div className="section-head">
        <span className="soft">
          {revision.packages.length} asked for, {locked.length} locked with hashes
        </span>
        <div className="row">
          <input
            aria-label="Find a package"
            placeholder="Find a package"
            style={{ width: 200 }}
            value={word}
            onChange={(event) => setWord(event.target.value)}
          />
          <Button tone="quiet" icon="download" onClick={() => saveFile('requirements.lock', revision.lock ?? '', 'text/plain')}>
            Lock file
          </Button>
        </div>
      </div>
      <Table
        label="Locked packages"
        rows={rows.map((one) => ({ ...one, id: one.name }))}
        columns={[
          {
            title: 'Package',
            cell: (one) => (asked.has(one.name) ? <strong>{one.name}</strong> : <span className="soft">{one.name}</span>),
          },
          { title: 'Version', cell: (one) => <span className="mono">{one.version}</span> },
          {
            title: 'Asked for',
            cell: (one) =>
              asked.has(one.name) ? (
                <span className="mono">{asked.get(one.name)}</span>
              ) : (
                <span className="faint">needed by another</span>
              ),
          },
          { title: 'Hashes', cell: (one) => one.hashes, numeric: true },
        ]}
      />
    </>
  );
}

function Changes({ revision, previous }: { revision: Revision; previous: Revision | undefined }) {
  const changes = useMemo(
    () => compareLocks(readLock(previous?.lock ?? ''), readLock(revision.lock ?? '')),
    [previous?.lock, revision.lock],
  );
  if (!previous) return <p className="soft">This is the first revision; there is nothing to compare it with.</p>;
  if (changes.length === 0) return <Empty icon="check" title={`The same packages as revision ${previous.number}.`} />;
  return (
    <Table
      label={`Changes since revision ${previous.number}`}
      rows={changes.map((one) => ({ ...one, id: one.name }))}
      columns={[
        { title: 'Package', cell: (one) => <strong>{one.name}</strong> },
        { title: `Revision ${previous.number}`, cell: (one) => <span className="mono">{one.before ?? '–'}</span> },
        { title: `Revision ${revision.number}`, cell: (one) => <span className="mono">{one.after ?? '–'}</span> },
        { title: 'What', cell: (one) => (one.before === null ? 'added' : one.after === null ? 'removed' : 'changed') },
      ]}
    />
  );
}
