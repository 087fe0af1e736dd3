import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { useMay } from '../names.ts';
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
  StatusMark,
  Table,
  TwoPresses,
  useActing,
} from '../ui/kit.tsx';
import { Expiry, GoodFor, LastUsed, untilOf } from './good-for.tsx';
import { PeopleTabs } from './people-tabs.tsx';

type Account = Output<'listServiceAccounts'>['items'][number];

/** Programs with a name of their own: what they do is in the record under it, whoever comes and goes. */
export function ServiceAccounts() {
  const may = useMay();
  const [address, change] = useAddress();
  const accounts = useCall('listServiceAccounts', { limit: 1000 });
  const projects = useCall('listProjects', { limit: 1000 });
  const reason = may('service-account.manage') ? null : 'Administrators, and owners for their project, manage service accounts';
  // After a new one is made its dialog opens, for its first token. A dialog may say twice that it closed.
  const madeId = useRef<string | null>(null);
  const closeNew = (): void => {
    change({ new: null, ...(madeId.current ? { account: madeId.current } : {}) }, 'replace');
    madeId.current = null;
  };
  const shown = accounts.data?.items.find((account) => account.id === address.account);
  const owned = (projects.data?.items ?? []).filter((project) => ['owner', 'admin'].includes(project.myRole ?? ''));
  const mayMake = reason === null || owned.length > 0;
  return (
    <>
      <PageHead
        title="Service accounts"
        about="For programs that outlive people: pipelines, schedulers, other systems. They can never decide on approvals."
        code={{ path: '/service-accounts', cli: 'npx plinth service-account list' }}
      >
        <Button tone="primary" icon="add" reason={mayMake ? null : reason} onClick={() => change({ new: 'account' })}>
          New service account
        </Button>
      </PageHead>
      <PeopleTabs />
      <Loaded query={accounts} rows={5}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              icon="robot"
              title="No service account that you may see. Make one for each program that is nobody’s, with a role of its own."
              code="npx plinth service-account create nightly --for-project my-project --role contributor"
            />
          ) : (
            <Table
              label="Service accounts"
              rows={data.items}
              open={(account) => change({ account: account.id })}
              columns={[
                {
                  title: 'Name',
                  cell: (account) => (
                    <Link className="row-name" to={`/people/${account.id}` as '/'} title={account.description}>
                      {account.name}
                    </Link>
                  ),
                },
                { title: 'Of', cell: (account) => account.projectName ?? <span className="soft">the organization</span> },
                { title: 'State', cell: (account) => <StatusMark state={account.state} /> },
                { title: 'Tokens', cell: (account) => account.tokenCount, numeric: true },
                {
                  title: 'Last used',
                  cell: (account) => <LastUsed at={account.lastUsedAt} />,
                },
                { title: 'Made by', cell: (account) => account.createdByName },
                {
                  title: 'Actions',
                  bare: true,
                  cell: (account) => (
                    <Button tone="quiet" aria-label={`Tokens of ${account.name}`} onClick={() => change({ account: account.id })}>
                      Tokens
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <FormDialog
        title="New service account"
        action="Make it"
        open={address.new === 'account'}
        close={closeNew}
        submit={async (form) => {
          const text = (name: string): string => String(form.get(name) ?? '').trim();
          const made = await call('createServiceAccount', {
            body: {
              name: text('name'),
              ...(text('description') ? { description: text('description') } : {}),
              ...(text('projectId') ? { projectId: text('projectId') } : {}),
              ...(text('role') ? { role: text('role') as 'contributor' } : {}),
            },
          });
          void queries.invalidateQueries();
          madeId.current = made.id;
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required maxLength={120} placeholder="nightly-training" />
            </Field>
            <Field label="What for?" error={faultOf(error, 'description')}>
              <input name="description" maxLength={2000} />
            </Field>
            <div className="form-row">
              <Field label="Of" error={faultOf(error, 'projectId')}>
                <select name="projectId">
                  {reason === null && <option value="">the organization</option>}
                  {(reason === null ? (projects.data?.items ?? []) : owned).map((project) => (
                    <option key={project.id} value={project.id}>
                      {project.name}
                    </option>
                  ))}
                </select>
              </Field>
              <Field label="Role there" error={faultOf(error, 'role')}>
                <select name="role" defaultValue="">
                  <option value="">none yet</option>
                  {['viewer', 'contributor', 'consumer', 'owner', 'member', 'auditor'].map((role) => (
                    <option key={role}>{role}</option>
                  ))}
                </select>
              </Field>
            </div>
          </>
        )}
      </FormDialog>
      {shown && <AccountDialog account={shown} close={() => change({ account: null }, 'replace')} />}
    </>
  );
}

function AccountDialog({ account, close }: { account: Account; close: () => void }) {
  const tokens = useCall('listServiceAccountTokens', { serviceAccount: account.id, limit: 1000 });
  const [made, setMade] = useState<string | null>(null);
  const { act, fault } = useActing();
  const off = account.state === 'disabled';
  return (
    <Dialog title={account.name} open close={close}>
      <div className="stack form">
        <p className="soft">{account.description || 'No description.'}</p>
        {fault}
        {made && (
          <div role="status">
            <strong>Keep it now: it is not shown again</strong>
            <CodeBlock>{made}</CodeBlock>
          </div>
        )}
        <form
          className="field-line"
          aria-label="New token"
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            act(
              call('createServiceAccountToken', {
                serviceAccount: account.id,
                body: { name: String(form.get('name')), ...untilOf(form) },
              }).then((token) => setMade(token.token)),
            );
          }}
        >
          <Field label="Name of the token">
            <input name="name" required placeholder="nightly pipeline" />
          </Field>
          <GoodFor label="Good for" usual={90} error={null} />
          <Button submit icon="key" reason={off ? 'It is disabled' : null}>
            Make token
          </Button>
        </form>
        <Loaded query={tokens}>
          {(data) =>
            data.items.length === 0 ? (
              <p className="faint">It has no token.</p>
            ) : (
              <ul className="rows">
                {data.items.map((token) => (
                  <li key={token.id}>
                    <span className="grow clip">{token.name}</span>
                    <span className="faint">
                      {token.lastUsedAt ? (
                        <>
                          used <LastUsed at={token.lastUsedAt} />
                        </>
                      ) : (
                        'never used'
                      )}
                    </span>
                    <Expiry at={token.expiresAt} />
                    <Button
                      tone="quiet"
                      aria-label={`Revoke ${token.name}`}
                      onClick={() =>
                        act(
                          call('revokeServiceAccountToken', { serviceAccount: account.id, token: token.id }),
                          `${token.name} is revoked.`,
                        )
                      }
                    >
                      Revoke
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
        <TwoPresses
          asks="No longer needed?"
          says="Its tokens and roles go with it, and it cannot be had back. What it did stays in the record."
          first="Delete it"
          second="Delete it for good"
          act={() => act(call('deleteServiceAccount', { serviceAccount: account.id }).then(close), `${account.name} is gone.`)}
        />
        <menu>
          <Button
            onClick={() =>
              act(
                call('changeServiceAccount', { serviceAccount: account.id, body: { state: off ? 'active' : 'disabled' } }),
                `${account.name} is ${off ? 'enabled' : 'disabled'}.`,
              )
            }
          >
            {off ? 'Enable' : 'Disable'}
          </Button>
          <Button onClick={close}>Close</Button>
        </menu>
      </div>
    </Dialog>
  );
}
