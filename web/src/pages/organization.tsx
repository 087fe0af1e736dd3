import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { bytes, duration, money } from '../ui/format.ts';
import { CodeBlock, Empty, Field, FormDialog, faultOf, Loaded, PageHead, Problem, StatusMark, Table, Time } from '../ui/kit.tsx';

export function Compute() {
  const tiers = useCall('listHardwareTiers');
  const targets = useCall('listComputeTargets');
  const workloads = useCall('listWorkloads', { limit: 100 });
  return (
    <>
      <PageHead
        title="Compute"
        about="Where work runs, what it costs, and all that runs now."
        code={{ path: '/workloads?alive=true', cli: 'npx plinth api GET /workloads' }}
      />
      <Loaded query={targets}>
        {(data) => (
          <div className="tiles" style={{ gridTemplateColumns: 'repeat(auto-fill, minmax(320px, 1fr))' }}>
            {data.items.map((target) => (
              <section key={target.id} className="card">
                <h2>
                  {target.name} <StatusMark state={target.state} />
                </h2>
                <dl className="facts">
                  <dt>Limits</dt>
                  <dd>{target.limits ?? '–'}</dd>
                  <dt>Isolation</dt>
                  <dd>{target.isolation ?? '–'}</dd>
                </dl>
                {target.detail.map((line) => (
                  <p key={line} className="soft">
                    {line}
                  </p>
                ))}
              </section>
            ))}
          </div>
        )}
      </Loaded>
      <Loaded query={tiers}>
        {(data) => (
          <Table
            label="Hardware tiers"
            rows={data.items}
            columns={[
              { title: 'Tier', cell: (tier) => <strong>{tier.name}</strong> },
              { title: 'Cores', cell: (tier) => tier.cpuCores ?? 'any', numeric: true },
              { title: 'Memory', cell: (tier) => bytes(tier.memoryBytes), numeric: true },
              { title: 'Price an hour', cell: (tier) => `${tier.pricePerHour} ${tier.currency}`, numeric: true },
              { title: 'Default', cell: (tier) => (tier.isDefault ? 'yes' : '') },
              { title: 'State', cell: (tier) => <StatusMark state={tier.state} /> },
            ]}
          />
        )}
      </Loaded>
      <Loaded query={workloads}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty title="Nothing ran yet." />
          ) : (
            <Table
              label="Workloads"
              rows={data.items}
              columns={[
                { title: 'State', cell: (row) => <StatusMark state={row.state} /> },
                { title: 'Kind', cell: (row) => row.kind.replaceAll('-', ' ') },
                { title: 'Name', cell: (row) => row.name },
                { title: 'Tier', cell: (row) => row.tier.name },
                { title: 'Took', cell: (row) => duration(row.startedAt, row.finishedAt), numeric: true },
                { title: 'Cost', cell: (row) => money(row.cost), numeric: true },
                { title: 'Host', cell: (row) => row.host ?? '–' },
                { title: 'Queued', cell: (row) => <Time at={row.queuedAt} /> },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}

export function People() {
  const me = useCall('getMe');
  const people = useCall('listPeople', { limit: 200 });
  const [open, setOpen] = useState(false);
  const admin = me.data?.role === 'admin';
  return (
    <>
      <PageHead
        title="People"
        about="Who is here, and their role in the organization. Roles in projects are under Members."
        code={{ path: '/users', cli: 'npx plinth api GET /users' }}
      >
        <button
          type="button"
          className="primary"
          disabled={!admin}
          title={admin ? '' : 'Administrators add people'}
          onClick={() => setOpen(true)}
        >
          Add a person
        </button>
      </PageHead>
      <Loaded query={people}>
        {(data) => (
          <Table
            label="People"
            rows={data.items}
            columns={[
              { title: 'Name', cell: (person) => <strong>{person.name}</strong> },
              { title: 'E-mail', cell: (person) => person.email },
              { title: 'Role', cell: (person) => person.role ?? 'none' },
              { title: 'State', cell: (person) => <StatusMark state={person.state} /> },
              { title: 'Last here', cell: (person) => <Time at={person.lastSeenAt} /> },
            ]}
          />
        )}
      </Loaded>
      <FormDialog
        title="Add a person"
        action="Add"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          await call('createPerson', {
            body: {
              email: String(form.get('email')),
              name: String(form.get('name')),
              password: String(form.get('password')),
              role: form.get('role') as 'member',
            },
          });
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <>
            <Field label="E-mail" error={faultOf(error, 'email')}>
              <input name="email" type="email" required />
            </Field>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required />
            </Field>
            <Field label="First password (10 characters or more)" error={faultOf(error, 'password')}>
              <input name="password" type="password" minLength={10} required autoComplete="new-password" />
            </Field>
            <Field label="Role">
              <select name="role" defaultValue="member">
                {['member', 'auditor', 'admin'].map((role) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            </Field>
          </>
        )}
      </FormDialog>
    </>
  );
}

export function Tokens() {
  const tokens = useCall('listTokens', { limit: 1000 });
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  return (
    <>
      <PageHead
        title="Tokens"
        about="For programs that act in your name: MLflow clients, git, the command line."
        code={{ path: '/tokens', cli: 'npx plinth token list' }}
      >
        <button type="button" className="primary" onClick={() => setOpen(true)}>
          New token
        </button>
      </PageHead>
      {made && (
        <section className="card" aria-label="Your new token">
          <h2>Keep it now: it is not shown again</h2>
          <CodeBlock>{made}</CodeBlock>
          <CodeBlock>{`export MLFLOW_TRACKING_URI=${window.location.origin}\nexport MLFLOW_TRACKING_TOKEN=${made}`}</CodeBlock>
        </section>
      )}
      {error !== null && <Problem error={error} />}
      <Loaded query={tokens}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty title="You have no tokens." />
          ) : (
            <Table
              label="Tokens"
              rows={data.items}
              columns={[
                { title: 'Name', cell: (token) => <strong>{token.name}</strong> },
                { title: 'For', cell: (token) => token.projectId ?? 'all your projects' },
                { title: 'Made', cell: (token) => <Time at={token.createdAt} /> },
                { title: 'Last used', cell: (token) => <Time at={token.lastUsedAt} /> },
                { title: 'Expires', cell: (token) => token.expiresAt?.slice(0, 10) ?? 'never' },
                {
                  title: 'Actions',
                  cell: (token) => (
                    <button
                      type="button"
                      onClick={() => call('revokeToken', { token: token.id }).then(() => queries.invalidateQueries(), setError)}
                    >
                      Revoke
                    </button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <FormDialog
        title="New token"
        action="Make token"
        open={open}
        close={() => setOpen(false)}
        submit={async (form) => {
          const days = Number(form.get('days'));
          const token = await call('createToken', {
            body: {
              name: String(form.get('name')),
              ...(days ? { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() } : {}),
            },
          });
          setMade(token.token);
          void queries.invalidateQueries();
        }}
      >
        {(problem) => (
          <>
            <Field label="Name" error={faultOf(problem, 'name')}>
              <input name="name" required placeholder="laptop" />
            </Field>
            <Field label="Good for">
              <select name="days" defaultValue="90">
                <option value="7">7 days</option>
                <option value="90">90 days</option>
                <option value="365">a year</option>
                <option value="0">ever</option>
              </select>
            </Field>
          </>
        )}
      </FormDialog>
    </>
  );
}

export function Audit() {
  const [verb, setVerb] = useState(() => new URLSearchParams(window.location.search).get('verb') ?? '');
  const events = useCall('listAuditEvents', { limit: 200, ...(verb ? { verb } : {}) });
  const [verification, setVerification] = useState<Output<'verifyAudit'> | null>(null);
  const [error, setError] = useState<unknown>(null);
  return (
    <>
      <PageHead
        title="Audit"
        about="Everything that happened, newest first, in a chain that shows every change to it."
        code={{ path: `/audit?limit=200${verb ? `&verb=${verb}` : ''}`, cli: 'npx plinth audit list\nnpx plinth audit verify' }}
      >
        <button type="button" className="primary" onClick={() => call('verifyAudit').then(setVerification, setError)}>
          Verify the chain
        </button>
      </PageHead>
      {error !== null && <Problem error={error} />}
      {verification && (
        <section className="card" role="status">
          {verification.valid ? (
            <>
              <StatusMark state="valid" /> {verification.checked.toLocaleString('en')} events, none changed. Head{' '}
              <span className="mono">{verification.head.slice(0, 16)}</span>
            </>
          ) : (
            <>
              <StatusMark state="failed" /> The record was changed: event {verification.firstBadSequence} is the first that does
              not fit.
            </>
          )}
        </section>
      )}
      <input
        aria-label="Only this verb"
        placeholder="Only this verb, as access.refused"
        style={{ maxWidth: 320 }}
        value={verb}
        onChange={(event) => {
          setVerb(event.target.value);
          window.history.replaceState(
            null,
            '',
            event.target.value ? `?verb=${encodeURIComponent(event.target.value)}` : window.location.pathname,
          );
        }}
      />
      <Loaded query={events}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty title="Nothing fits." />
          ) : (
            <Table
              label="Events"
              rows={data.items.map((event) => ({ ...event, id: String(event.sequence) }))}
              columns={[
                { title: 'Sequence', cell: (event) => event.sequence, numeric: true },
                { title: 'When', cell: (event) => <Time at={event.time} /> },
                { title: 'Who', cell: (event) => event.actor.name },
                { title: 'What', cell: (event) => <span className="mono">{event.verb}</span> },
                { title: 'On', cell: (event) => <span className="mono">{`${event.object.type}:${event.object.id}`}</span> },
                { title: 'Request', cell: (event) => <span className="mono faint">{event.requestId}</span> },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}

export function Settings() {
  const me = useCall('getMe');
  const [error, setError] = useState<unknown>(null);
  const [saved, setSaved] = useState(false);
  return (
    <>
      <PageHead
        title="Settings"
        about="Your own. Settings of the installation are environment variables; plinth doctor shows and tests them."
        code={{ path: '/me', cli: 'npx plinth whoami\nnpx plinth doctor' }}
      />
      <Loaded query={me}>
        {(data) => (
          <form
            className="card stack"
            style={{ maxWidth: 480, gap: 14 }}
            onSubmit={(event) => {
              event.preventDefault();
              const form = new FormData(event.currentTarget);
              const password = String(form.get('password') ?? '');
              setError(null);
              setSaved(false);
              call('changeMe', {
                body: {
                  name: String(form.get('name')),
                  ...(password ? { password, currentPassword: String(form.get('currentPassword') ?? '') } : {}),
                },
              }).then(() => {
                setSaved(true);
                void queries.invalidateQueries();
              }, setError);
            }}
          >
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" defaultValue={data.name} required />
            </Field>
            <Field label="Present password" error={faultOf(error, 'currentPassword')}>
              <input name="currentPassword" type="password" autoComplete="current-password" />
            </Field>
            <Field label="New password (ends your other sessions)" error={faultOf(error, 'password')}>
              <input name="password" type="password" minLength={10} autoComplete="new-password" />
            </Field>
            {error !== null && <Problem error={error} />}
            <div className="row">
              <button type="submit" className="primary">
                Save
              </button>
              {saved && <span role="status">Saved.</span>}
            </div>
          </form>
        )}
      </Loaded>
    </>
  );
}
