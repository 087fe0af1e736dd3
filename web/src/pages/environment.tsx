import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { bytes, count } from '../ui/format.ts';
import { Button, Empty, Field, FormDialog, faultOf, Loaded, Menu, PageHead, Short, StatusMark, Table, Time } from '../ui/kit.tsx';
import { AccessLink } from './access/access-link.tsx';
import { type Revision, RevisionView } from './environments/revision-view.tsx';
import { linesOf } from './environments.tsx';
import { PersonName } from './person-name.tsx';
import { ProjectLink, useWorkReason } from './project-link.tsx';

/** What may be made of a built revision, and what it says to people. */
const changes = {
  ready: { label: 'Make ready again', says: 'It may be chosen again.' },
  deprecated: { label: 'Deprecate', says: 'It goes on working, but should not be chosen any more.' },
  restricted: { label: 'Restrict', says: 'Nothing may run in it any more.' },
} as const;
type NewState = keyof typeof changes;

export function Environment() {
  const { environment: id } = useParams({ strict: false }) as { environment: string };
  const [address, change] = useAddress();
  const environment = useCall('getEnvironment', { environment: id });
  const revisions = useCall('listEnvironmentRevisions', { environment: id, limit: 200 });
  const cannotWrite = useWorkReason(environment.data?.projectId);
  const [building, setBuilding] = useState(false);
  const [changing, setChanging] = useState<NewState | null>(null);
  const list = revisions.data?.items ?? [];
  const shown = list.find((revision) => String(revision.number) === address.revision) ?? list[0];
  const previous = shown && list.find((revision) => revision.number < shown.number && revision.lock !== null);
  return (
    <Loaded query={environment} rows={8} page>
      {(data) => (
        <>
          <PageHead
            title={data.name}
            about={
              <span className="facts-line">
                <span>{data.description || 'Packages locked with hashes, built once for each digest.'}</span>
                {data.projectId ? <ProjectLink id={data.projectId} page="environments" /> : <span>for all projects</span>}
                {data.projectId && <AccessLink kind="environment" id={id} projectId={data.projectId} />}
                <Short value={id} what="id of the environment" length={12} />
              </span>
            }
            code={{ path: `/environments/${id}/revisions`, cli: `npx plinth env show ${id}` }}
          >
            {shown && <StateMenu revision={shown} choose={setChanging} cannotWrite={cannotWrite} />}
            <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => setBuilding(true)}>
              New revision
            </Button>
          </PageHead>
          <Loaded query={revisions}>
            {(all) =>
              all.items.length === 0 ? (
                <Empty icon="columns" title="Nothing built yet. Name packages, and they are locked and built.">
                  <Button tone="primary" reason={cannotWrite} onClick={() => setBuilding(true)}>
                    Build the first revision
                  </Button>
                </Empty>
              ) : (
                <Revisions revisions={all.items} chosen={shown?.id} choose={(revision) => change({ revision, tab: null })} />
              )
            }
          </Loaded>
          {shown && <RevisionView key={shown.id} revision={shown} previous={previous} />}
          <FormDialog
            title="New revision"
            action="Build"
            open={building}
            close={() => setBuilding(false)}
            submit={async (form) => {
              await call('buildEnvironmentRevision', { environment: id, body: { packages: linesOf(form.get('packages')) } });
              void queries.invalidateQueries();
              change({ revision: null, tab: null });
            }}
          >
            {(error) => (
              <Field label="Packages, one a line" error={faultOf(error, 'packages')}>
                <textarea name="packages" className="mono" rows={8} required defaultValue={shown?.packages.join('\n')} />
              </Field>
            )}
          </FormDialog>
          <FormDialog
            title={changing ? `${changes[changing].label}: revision ${shown?.number}` : 'Change state'}
            action={changing ? changes[changing].label : 'Change'}
            open={changing !== null}
            close={() => setChanging(null)}
            submit={async (form) => {
              const reason = String(form.get('reason'));
              await call('changeEnvironmentRevision', {
                revision: shown!.id,
                body: { state: changing!, ...(reason ? { reason } : {}) },
              });
              void queries.invalidateQueries();
            }}
          >
            {() => (
              <Field label="Why" hint={changing ? changes[changing].says : undefined}>
                <input name="reason" maxLength={500} />
              </Field>
            )}
          </FormDialog>
        </>
      )}
    </Loaded>
  );
}

function StateMenu({
  revision,
  choose,
  cannotWrite,
}: {
  revision: Revision;
  choose: (state: NewState) => void;
  cannotWrite: string | null;
}) {
  const isBuilt = revision.state !== 'building' && revision.state !== 'failed';
  return (
    <Menu
      label={`Revision ${revision.number}`}
      items={(Object.keys(changes) as NewState[]).map((state) => ({
        label: changes[state].label,
        act: () => choose(state),
        reason:
          cannotWrite ??
          (!isBuilt ? `Revision ${revision.number} is ${revision.state}` : revision.state === state ? 'It is so already' : null),
      }))}
    />
  );
}

function Revisions({
  revisions,
  chosen,
  choose,
}: {
  revisions: Revision[];
  chosen: string | undefined;
  choose: (number: string) => void;
}) {
  return (
    <Table
      label="Revisions"
      rows={revisions}
      open={(revision) => choose(String(revision.number))}
      chosen={chosen}
      columns={[
        { title: 'Revision', cell: (revision) => <strong>#{revision.number}</strong> },
        { title: 'State', cell: (revision) => <StatusMark state={revision.state} /> },
        { title: 'Python', cell: (revision) => revision.python ?? '–' },
        { title: 'Asked for', cell: (revision) => count(revision.packages.length, 'package'), numeric: true },
        {
          title: 'Digest',
          cell: (revision) =>
            revision.digest ? <Short value={revision.digest} what="digest" /> : <span className="faint">–</span>,
        },
        { title: 'Size', cell: (revision) => bytes(revision.sizeBytes), numeric: true },
        {
          title: 'Built in',
          cell: (revision) =>
            revision.buildSeconds === null ? '–' : `${revision.buildSeconds.toFixed(1)} s${revision.reused ? ', reused' : ''}`,
          numeric: true,
        },
        { title: 'By', cell: (revision) => <PersonName id={revision.createdBy} /> },
        { title: 'Made', cell: (revision) => <Time at={revision.createdAt} /> },
      ]}
    />
  );
}
