import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall, useCallIf } from '../../api.ts';
import { bytes } from '../../ui/format.ts';
import { Button, Field, FormDialog, faultOf, toast } from '../../ui/kit.tsx';
import { useWorkReason } from '../project-link.tsx';

type Monitor = Pick<Output<'getMonitor'>, 'projectSlug' | 'deploymentName' | 'reference'>;
type Snapshot = Output<'listSnapshots'>['items'][number];

/** Another table to compare with: one of a snapshot, for all channels of the deployment. */
export function ChooseReference({ monitor }: { monitor: Monitor }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button reason={useWorkReason(monitor.projectSlug)} onClick={() => setOpen(true)}>
        Choose a reference
      </Button>
      {open && <Choose monitor={monitor} close={() => setOpen(false)} />}
    </>
  );
}

/** As many as are offered; each comes with the statistics of all its columns. */
const offered = 100;

function Choose({ monitor, close }: { monitor: Monitor; close: () => void }) {
  const datasets = useCall('listDatasets', { project: monitor.projectSlug, limit: 1000 });
  const withData = (datasets.data?.items ?? []).filter((one) => one.newestSnapshot !== null);
  const [dataset, setDataset] = useState('');
  const chosenDataset = dataset || (withData[0]?.id ?? '');
  const snapshots = useCallIf(chosenDataset !== '', 'listSnapshots', { dataset: chosenDataset, limit: offered });
  const items = snapshots.data?.items ?? [];
  const [snapshot, setSnapshot] = useState('');
  const chosen = items.find((one) => one.id === snapshot) ?? items[0];
  const tables = chosen?.profile.tables ?? [];
  return (
    <FormDialog
      title="Choose a reference"
      action="Compare with it"
      open
      close={close}
      submit={async (form) => {
        if (!chosen) throw new Error('This project has no snapshot yet. Make one on the page of a dataset.');
        const path = String(form.get('path') ?? '');
        const body = { snapshotId: chosen.id, ...(path ? { path } : {}) };
        await call('putReference', { deployment: monitor.deploymentName, body });
        toast('All channels are compared with it from now on; their tests begin anew.');
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <p className="soft">
            Rows of all channels of {monitor.deploymentName} are compared with this table, in place of what they are compared with
            now. Their tests begin anew and open alerts about data end.
          </p>
          <Field label="Dataset">
            <select value={chosenDataset} onChange={(event) => setDataset(event.target.value)} required>
              {withData.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </Field>
          <Field
            label="Snapshot"
            error={faultOf(error, 'snapshotId')}
            hint={snapshots.data?.nextCursor ? `The newest ${offered}; older ones by the command line.` : undefined}
          >
            <select value={chosen?.id ?? ''} onChange={(event) => setSnapshot(event.target.value)} required>
              {items.map((one) => (
                <option key={one.id} value={one.id}>
                  {sayOne(one)}
                </option>
              ))}
            </select>
          </Field>
          {tables.length > 1 && (
            <Field label="Table" error={faultOf(error, 'path')}>
              <select name="path" key={chosen?.id}>
                {tables.map((table) => (
                  <option key={table.path} value={table.path}>
                    {table.path}, {table.rowCount.toLocaleString('en')} rows
                  </option>
                ))}
              </select>
            </Field>
          )}
        </>
      )}
    </FormDialog>
  );
}

function sayOne(one: Snapshot): string {
  const rows = (one.profile.tables ?? []).reduce((sum, table) => sum + table.rowCount, 0);
  const size = rows > 0 ? `${rows.toLocaleString('en')} rows` : bytes(one.sizeBytes);
  return [`#${one.number}`, new Date(one.createdAt).toLocaleDateString(), size, one.message].filter(Boolean).join(', ');
}
