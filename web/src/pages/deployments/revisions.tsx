import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, queries } from '../../api.ts';
import { Button, Empty, FormDialog, Icon, Panel, StatusMark, Time, toast } from '../../ui/kit.tsx';
import { Paged } from '../../ui/paged.tsx';
import { usePages } from '../../ui/pages.ts';
import { gateAnswer } from '../approvals/gate.tsx';
import type { DeploymentData } from '../deployment.tsx';
import { versionPath } from '../models/addresses.ts';

type Revision = Output<'listDeploymentRevisions'>['items'][number];

const causes: Record<Revision['cause'], string> = { deploy: 'deployed', alias: 'followed its alias', rollback: 'rolled back' };

/** What served, when and by whom, and the way back to it. */
export function Revisions({ deployment: one, cannotWrite }: { deployment: DeploymentData; cannotWrite: string | null }) {
  const pages = usePages('listDeploymentRevisions', { deployment: one.name }, { size: 20 });
  const [back, setBack] = useState<Revision | null>(null);
  return (
    <Panel title="Revisions">
      <Paged pages={pages} empty={<Empty icon="deployments" title="Nothing was deployed yet." />}>
        {(items) => (
          <ul className="rows" aria-label="Revisions">
            {items.map((revision) => (
              <li key={revision.id}>
                <span className="number faint">{revision.number}</span>
                <span className="grow">
                  <Link to={versionPath(one.projectSlug, revision.model.name, revision.model.version) as '/'}>
                    {revision.model.name} version {revision.model.version}
                  </Link>{' '}
                  on {revision.channel}{' '}
                  <span className="soft">
                    {causes[revision.cause]} by {revision.createdBy.name}, <Time at={revision.createdAt} />
                    {revision.stateReason && `; ${revision.stateReason}`}
                  </span>{' '}
                  {revision.approvalId && <Link to={`/approvals/${revision.approvalId}` as '/'}>approval</Link>}
                </span>
                <StatusMark state={revision.state} />
                {revision.state === 'retired' && revision.servingFrom && (
                  <Button icon="retry" reason={cannotWrite} onClick={() => setBack(revision)}>
                    Roll back to {revision.number}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {back && <RollBack deployment={one} back={back} close={() => setBack(null)} />}
    </Panel>
  );
}

/** Names what goes and what comes, before it is done. */
function RollBack({ deployment: one, back, close }: { deployment: DeploymentData; back: Revision; close: () => void }) {
  const channel = one.channels.find((each) => each.name === back.channel);
  const replicas = channel?.replicas.wanted ?? back.replicas;
  return (
    <FormDialog
      title={`Roll back ${back.channel}?`}
      action={`Serve version ${back.model.version} again`}
      open
      close={close}
      explain={(error) =>
        gateAnswer(error, 'rollback', { project: one.projectSlug, subject: `models:/${back.model.name}/${back.model.version}` })
      }
      submit={async () => {
        await call('rollBackDeployment', { deployment: one.name, body: { channel: back.channel, revision: back.number } });
        toast(`${back.channel} goes back to version ${back.model.version}.`);
        void queries.invalidateQueries();
      }}
    >
      {() => (
        <>
          <div className="exchange">
            <Side title="Replaced" revision={channel?.serving ?? null} />
            <Icon name="right" />
            <Side title="Serves again" revision={back} />
          </div>
          <p className="soft">
            What serves now goes on until the other answers, with {replicas} {replicas === 1 ? 'replica' : 'replicas'}: no request
            fails.
          </p>
        </>
      )}
    </FormDialog>
  );
}

function Side({ title, revision }: { title: string; revision: Revision | null }) {
  return (
    <section className="card" aria-label={title}>
      <span className="caption">{title}</span>
      {revision ? (
        <>
          <strong>
            {revision.model.name} version {revision.model.version}
          </strong>
          <span className="soft">
            revision {revision.number}, since <Time at={revision.servingFrom} />
          </span>
        </>
      ) : (
        <span className="faint">nothing</span>
      )}
    </section>
  );
}
