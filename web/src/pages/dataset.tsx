import type { Output } from '@plinth/sdk';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall, useCallIf } from '../api.ts';
import { useAddress } from '../ui/address.ts';
import { bytes } from '../ui/format.ts';
import { Button, Empty, Field, FormDialog, faultOf, Loaded, PageHead, Short, StatusMark, Table, Tabs, Time } from '../ui/kit.tsx';
import { AccessLink } from './access/access-link.tsx';
import { Changes } from './datasets/changes.tsx';
import { ColumnProfiles } from './datasets/column-profiles.tsx';
import { Sample, SnapshotFiles } from './datasets/snapshot-files.tsx';
import { PersonName } from './person-name.tsx';
import { ProjectLink, useWorkReason } from './project-link.tsx';
import { UsedBy } from './used-by.tsx';

type Snapshot = Output<'listSnapshots'>['items'][number];

export function Dataset() {
  const { dataset: id } = useParams({ strict: false }) as { dataset: string };
  const [address, change] = useAddress();
  const dataset = useCall('getDataset', { dataset: id });
  const snapshots = useCall('listSnapshots', { dataset: id, limit: 500 });
  const project = useCallIf(dataset.data !== undefined, 'getProject', { project: dataset.data?.projectId ?? '' });
  const cannotWrite = useWorkReason(dataset.data?.projectId);
  const [open, setOpen] = useState(false);
  const shown = snapshots.data?.items.find((snapshot) => snapshot.id === address.snapshot) ?? snapshots.data?.items[0];
  const previous = shown && snapshots.data?.items.find((snapshot) => snapshot.number < shown.number);
  return (
    <Loaded query={dataset} rows={8} page>
      {(data) => (
        <>
          <PageHead
            title={data.name}
            about={
              <span className="facts-line">
                <span>{data.description || 'Each state of a dataset is a snapshot that never changes.'}</span>
                <ProjectLink id={data.projectId} page="datasets" />
                <AccessLink kind="dataset" id={id} projectId={data.projectId} />
                <Short value={id} what="id of the dataset" length={12} />
              </span>
            }
            code={{ path: `/datasets/${id}/snapshots`, cli: `npx plinth dataset show ${id}` }}
          >
            <Button tone="primary" icon="add" reason={cannotWrite} onClick={() => setOpen(true)}>
              New snapshot
            </Button>
          </PageHead>
          <Loaded query={snapshots}>
            {(list) =>
              list.items.length === 0 ? (
                <Empty
                  icon="table"
                  title="No snapshot yet. Upload files, and what they are now is kept for ever."
                  code={`npx plinth dataset upload -p ${project.data?.slug ?? data.projectId} ${data.name} data.csv`}
                >
                  <Button tone="primary" reason={cannotWrite} onClick={() => setOpen(true)}>
                    Upload files
                  </Button>
                </Empty>
              ) : (
                <Snapshots snapshots={list.items} chosen={shown?.id} choose={(snapshot) => change({ snapshot })} />
              )
            }
          </Loaded>
          {shown && <SnapshotView key={shown.id} snapshot={shown} previous={previous} />}
          <FormDialog
            title="New snapshot"
            action="Upload"
            open={open}
            close={() => setOpen(false)}
            submit={async (form) => {
              const upload = new FormData();
              const message = String(form.get('message'));
              if (message) upload.append('message', message);
              for (const file of form.getAll('files')) upload.append('file', file as File, (file as File).name);
              const made = await call('createSnapshot', { project: data.projectId, dataset: id, body: upload });
              void queries.invalidateQueries();
              change({ snapshot: made.id });
            }}
          >
            {(error) => (
              <>
                <Field
                  label="Files"
                  error={faultOf(error, 'files')}
                  hint="All files of the new state; what is there already is not stored twice."
                >
                  <input name="files" type="file" multiple required />
                </Field>
                <Field label="What changed" error={faultOf(error, 'message')}>
                  <input name="message" maxLength={2000} />
                </Field>
              </>
            )}
          </FormDialog>
        </>
      )}
    </Loaded>
  );
}

function Snapshots({
  snapshots,
  chosen,
  choose,
}: {
  snapshots: Snapshot[];
  chosen: string | undefined;
  choose: (id: string) => void;
}) {
  return (
    <Table
      label="Snapshots"
      rows={snapshots}
      open={(snapshot) => choose(snapshot.id)}
      chosen={chosen}
      columns={[
        { title: 'Snapshot', cell: (snapshot) => <strong>#{snapshot.number}</strong> },
        { title: 'What changed', cell: (snapshot) => snapshot.message || <span className="faint">–</span> },
        { title: 'Digest', cell: (snapshot) => <Short value={snapshot.digest} what="digest" /> },
        { title: 'Files', cell: (snapshot) => snapshot.fileCount.toLocaleString('en'), numeric: true },
        { title: 'Size', cell: (snapshot) => bytes(snapshot.sizeBytes), numeric: true },
        { title: 'Statistics', cell: (snapshot) => <StatusMark state={snapshot.profile.state} /> },
        { title: 'By', cell: (snapshot) => <PersonName id={snapshot.createdBy} /> },
        { title: 'Made', cell: (snapshot) => <Time at={snapshot.createdAt} /> },
      ]}
    />
  );
}

const tabs = [
  { name: 'columns', label: 'Columns' },
  { name: 'sample', label: 'Sample' },
  { name: 'files', label: 'Files' },
  { name: 'changes', label: 'Changes' },
  { name: 'used', label: 'Used by' },
] as const;
type TabName = (typeof tabs)[number]['name'];

function SnapshotView({ snapshot, previous }: { snapshot: Snapshot; previous: Snapshot | undefined }) {
  const [address, change] = useAddress();
  const open = tabs.find((tab) => tab.name === address.tab)?.name ?? 'columns';
  return (
    <section aria-label={`Snapshot ${snapshot.number}`}>
      <Tabs<TabName>
        label={`Snapshot ${snapshot.number}`}
        tabs={tabs}
        open={open}
        onOpen={(tab) => change({ tab: tab === 'columns' ? null : tab, file: null })}
      >
        <div className="stack" style={{ gap: 20, paddingTop: 12 }}>
          {open === 'columns' && <ColumnProfiles snapshot={snapshot} />}
          {open === 'sample' && <Sample snapshot={snapshot.id} />}
          {open === 'files' && <SnapshotFiles snapshot={snapshot.id} />}
          {open === 'changes' && <Changes snapshot={snapshot} previous={previous} />}
          {open === 'used' && (
            <UsedBy
              node={`snapshot:${snapshot.id}`}
              nothing="Nothing used this snapshot yet. Give it to a job by name, and what the job makes is tied to it."
              code={`npx plinth run --input data=${snapshot.id} -- python train.py\n# in the job: $PLINTH_INPUT_DATA is a folder with the files`}
            />
          )}
        </div>
      </Tabs>
    </section>
  );
}
