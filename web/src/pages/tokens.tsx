import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { siteAddress } from '../base.ts';
import { useProjects } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import {
  Button,
  CodeBlock,
  Dialog,
  Empty,
  Field,
  FormDialog,
  faultOf,
  Loaded,
  PageHead,
  Problem,
  Snippets,
  Table,
  Time,
} from '../ui/kit.tsx';
import { Expiry, GoodFor, LastUsed, untilOf } from './good-for.tsx';

type Token = Output<'listTokens'>['items'][number];

/** Groups of actions that people think in; a token carries no more than its owner may do. */
const scopes: { name: string; about: string; carries: (action: string) => boolean }[] = [
  { name: 'everything', about: 'All that you may do', carries: () => true },
  { name: 'read', about: 'Read, change nothing', carries: (action) => action.endsWith('.read') },
  {
    name: 'track',
    about: 'Log runs and artifacts: MLflow clients',
    carries: (action) => /^(project|run|model|artifact)\.read$|^(run|model|artifact)\.write$/.test(action),
  },
  {
    name: 'work',
    about: 'Push code, add data, run jobs, log runs',
    carries: (action) =>
      action.endsWith('.read') || /^(repo|environment|dataset|run|model|artifact)\.write$|^job\.|^workload\.stop$/.test(action),
  },
];

export function Tokens() {
  const tokens = useCall('listTokens', { limit: 1000 });
  const projects = useProjects();
  const [address, change] = useAddress();
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const [revoking, setRevoking] = useState<Token | null>(null);
  return (
    <>
      <PageHead
        title="Tokens"
        about="For programs that act in your name: MLflow clients, git, the command line."
        code={{ path: '/tokens', cli: 'npx plinth token list' }}
      >
        <Button tone="primary" icon="add" onClick={() => change({ new: 'token' })}>
          New token
        </Button>
      </PageHead>
      {made && <Shown made={made} close={() => setMade(null)} />}
      <Loaded query={tokens} rows={5}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty icon="key" title="You have no tokens." code="npx plinth token create laptop" />
          ) : (
            <Table
              label="Tokens"
              rows={data.items}
              columns={[
                { title: 'Name', cell: (token) => <strong>{token.name}</strong> },
                {
                  title: 'For',
                  cell: (token) =>
                    token.projectId ? (
                      (projects.get(token.projectId)?.name ?? 'a project')
                    ) : (
                      <span className="soft">all your projects</span>
                    ),
                },
                {
                  title: 'May',
                  cell: (token) =>
                    token.actions === null ? (
                      <span className="soft">all that you may</span>
                    ) : (
                      <span title={token.actions.join('\n')}>{scopeName(token.actions)}</span>
                    ),
                },
                { title: 'Made', cell: (token) => <Time at={token.createdAt} /> },
                {
                  title: 'Last used',
                  cell: (token) => <LastUsed at={token.lastUsedAt} />,
                },
                { title: 'Expires', cell: (token) => <Expiry at={token.expiresAt} /> },
                {
                  title: 'Actions',
                  bare: true,
                  cell: (token) => (
                    <Button tone="quiet" icon="trash" aria-label={`Revoke ${token.name}`} onClick={() => setRevoking(token)}>
                      Revoke
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <NewToken open={address.new === 'token'} close={() => change({ new: null }, 'replace')} show={setMade} />
      <Revoke token={revoking} close={() => setRevoking(null)} />
    </>
  );
}

/** The one time that the token itself is on screen. */
function Shown({ made, close }: { made: { name: string; token: string }; close: () => void }) {
  const at = siteAddress();
  return (
    <section className="card stack" aria-label="Your new token">
      <header className="row">
        <h2 className="grow">{made.name}: keep it now, it is not shown again</h2>
        <Button onClick={close}>I have it</Button>
      </header>
      <CodeBlock>{made.token}</CodeBlock>
      <Snippets
        snippets={{
          MLflow: `export MLFLOW_TRACKING_URI=${at}\nexport MLFLOW_TRACKING_TOKEN=${made.token}`,
          CLI: `echo ${made.token} | npx plinth login ${at} --token-stdin`,
          git: `git clone ${at.replace('://', `://plinth:${made.token}@`)}/git/my-project`,
          curl: `curl -H "Authorization: Bearer ${made.token}" ${at}/api/v1/me`,
        }}
      />
    </section>
  );
}

const scopeName = (actions: readonly string[]): string =>
  actions.every((action) => action.endsWith('.read')) ? 'read' : `${actions.length} actions`;

function NewToken({
  open,
  close,
  show,
}: {
  open: boolean;
  close: () => void;
  show: (made: { name: string; token: string }) => void;
}) {
  const projects = useCall('listProjects', { limit: 1000 });
  const roles = useCall('listRoles');
  const all = [...new Set(Object.values({ ...roles.data?.project, ...roles.data?.organization }).flat())].sort();
  const [scope, setScope] = useState('everything');
  const carried = all.filter(scopes.find((one) => one.name === scope)!.carries);
  return (
    <FormDialog
      title="New token"
      action="Make token"
      open={open}
      close={close}
      submit={async (form) => {
        const projectId = String(form.get('projectId') ?? '');
        const token = await call('createToken', {
          body: {
            name: String(form.get('name')),
            ...(projectId ? { projectId } : {}),
            ...(scope === 'everything' ? {} : { actions: carried }),
            ...untilOf(form),
          },
        });
        show({ name: token.name, token: token.token });
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'name')} hint="What will use it, as: laptop, nightly training.">
            <input name="name" required placeholder="laptop" />
          </Field>
          <div className="form-row">
            <Field label="For" error={faultOf(error, 'projectId')}>
              <select name="projectId">
                <option value="">All your projects</option>
                {(projects.data?.items ?? []).map((project) => (
                  <option key={project.id} value={project.id}>
                    {project.name}
                  </option>
                ))}
              </select>
            </Field>
            <GoodFor label="Good for" usual={90} error={error} />
          </div>
          <fieldset className="choices">
            <legend>It may</legend>
            {scopes.map((one) => (
              <label key={one.name} className="choice">
                <input type="radio" name="scope" checked={scope === one.name} onChange={() => setScope(one.name)} />
                <span>
                  <strong>{one.name}</strong>
                  <span className="soft">{one.about}</span>
                </span>
              </label>
            ))}
          </fieldset>
          {scope !== 'everything' && <p className="caption mono">{carried.join('  ')}</p>}
        </>
      )}
    </FormDialog>
  );
}

function Revoke({ token, close }: { token: Token | null; close: () => void }) {
  const [error, setError] = useState<unknown>(null);
  return (
    <Dialog title={token ? `Revoke ${token.name}?` : 'Revoke'} open={token !== null} close={close}>
      <div className="stack">
        <p>Whatever uses it is refused within seconds. A revoked token cannot be had back: make a new one instead.</p>
        {token?.lastUsedAt && (
          <p className="soft">
            It was last used <Time at={token.lastUsedAt} />.
          </p>
        )}
        {error !== null && <Problem error={error} />}
        <menu>
          <Button tone="quiet" onClick={close}>
            Keep it
          </Button>
          <Button
            tone="danger"
            onClick={() =>
              void call('revokeToken', { token: token!.id }).then(() => {
                close();
                void queries.invalidateQueries();
              }, setError)
            }
          >
            Revoke
          </Button>
        </menu>
      </div>
    </Dialog>
  );
}
