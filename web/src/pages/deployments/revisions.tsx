import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries, useCall } from '../../api.ts';
import { Button, FormDialog, Loaded, Panel, StatusMark, Time, toast } from '../../ui/kit.tsx';
import type { DeploymentData } from '../deployment.tsx';
import { gateRefusal } from './gate.tsx';

type Revision = Output<'listDeploymentRevisions'>['items'][number];

const causes: Record<Revision['cause'], string> = { deploy: 'deployed', alias: 'followed its alias', rollback: 'rolled back' };

/** What served, when and by whom, and the way back to it. */
export function Revisions({ deployment: one, cannotWrite }: { deployment: DeploymentData; cannotWrite: string | null }) {
  const revisions = useCall('listDeploymentRevisions', { deployment: one.name });
  const [back, setBack] = useState<Revision | null>(null);
  return (
    <Panel title="Revisions">
      <Loaded query={revisions} rows={3}>
        {({ items }) => (
          <ul className="rows" aria-label="Revisions">
            {items.map((revision) => (
              <li key={revision.id}>
                <StatusMark state={revision.state} />
                <span className="grow">
                  {revision.number}: {revision.model.name} version {revision.model.version} on {revision.channel}{' '}
                  <span className="soft">
                    {causes[revision.cause]} by {revision.createdBy.name}, <Time at={revision.createdAt} />
                    {revision.stateReason && `; ${revision.stateReason}`}
                  </span>{' '}
                  {revision.approvalId && <Link to={`/approvals/${revision.approvalId}` as '/'}>approval</Link>}
                </span>
                {revision.state === 'retired' && revision.servingFrom && (
                  <Button icon="retry" reason={cannotWrite} onClick={() => setBack(revision)}>
                    Roll back to {revision.number}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {back && (
        <FormDialog
          title={`Roll back to revision ${back.number}?`}
          action="Roll back"
          open
          close={() => setBack(null)}
          explain={gateRefusal}
          submit={async () => {
            await call('rollBackDeployment', { deployment: one.name, body: { channel: back.channel, revision: back.number } });
            toast(`${back.channel} goes back to version ${back.model.version}.`);
            void queries.invalidateQueries();
          }}
        >
          {() => (
            <p>
              Channel {back.channel} serves {back.model.name} version {back.model.version} again, with {back.replicas} replicas.
              What serves now goes on until it answers.
            </p>
          )}
        </FormDialog>
      )}
    </Panel>
  );
}
