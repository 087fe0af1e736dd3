import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Field, FormDialog, faultOf, toast } from '../../ui/kit.tsx';
import { useWorkReason } from '../project-link.tsx';

/** Another table to compare with: a snapshot, for all channels of the deployment. */
export function ChooseReference({ monitor }: { monitor: Pick<Output<'getMonitor'>, 'projectId' | 'deploymentName'> }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button reason={useWorkReason(monitor.projectId)} onClick={() => setOpen(true)}>
        Choose a reference
      </Button>
      <FormDialog
        title="Choose a reference"
        action="Compare with it"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const path = String(form.get('path') ?? '').trim();
          const body = { snapshotId: String(form.get('snapshotId')).trim(), ...(path ? { path } : {}) };
          await call('putReference', { deployment: monitor.deploymentName, body });
          toast('All channels are compared with it from now on; their tests begin anew.');
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <>
            <Field label="Snapshot" error={faultOf(error, 'snapshotId')} hint="Its id, from the page of a dataset.">
              <input name="snapshotId" required maxLength={120} />
            </Field>
            <Field label="Table" error={faultOf(error, 'path')} hint="Its path, when the snapshot has several files.">
              <input name="path" maxLength={1000} />
            </Field>
          </>
        )}
      </FormDialog>
    </>
  );
}
