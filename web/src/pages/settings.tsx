import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { setTheme, type Theme, useTheme } from '../theme.ts';
import { Button, Field, faultOf, Loaded, PageHead, Panel, Problem, Time, toast } from '../ui/kit.tsx';
import { Sessions } from './sessions.tsx';

/** The reader's own: name, password, where they begin, how it looks. */
export function Settings() {
  return (
    <>
      <PageHead
        title="Settings"
        about="Your own. Settings of the installation are environment variables; plinth doctor shows and tests them."
        code={{ path: '/me', cli: 'npx plinth whoami\nnpx plinth doctor' }}
      />
      <div className="columns even">
        <div className="stack wide-gap">
          <Profile />
          <Appearance />
        </div>
        <div className="stack wide-gap">
          <Password />
          <Sessions />
        </div>
      </div>
    </>
  );
}

function Profile() {
  const me = useCall('getMe');
  const projects = useCall('listProjects', { limit: 1000 });
  const [error, setError] = useState<unknown>(null);
  return (
    <Panel title="You">
      <Loaded query={me}>
        {(data) => (
          <form
            className="stack form"
            onSubmit={(event) => {
              event.preventDefault();
              const form = new FormData(event.currentTarget);
              setError(null);
              call('changeMe', {
                body: { name: String(form.get('name')), defaultProject: String(form.get('defaultProject') ?? '') || null },
              }).then(() => {
                toast('Saved.');
                void queries.invalidateQueries();
              }, setError);
            }}
          >
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" defaultValue={data.name} required maxLength={120} />
            </Field>
            <Field
              label="Project where your clients log without naming one"
              error={faultOf(error, 'defaultProject')}
              hint="MLflow clients that know only the address of the server end up there."
            >
              <select name="defaultProject" key={projects.data ? 'loaded' : 'waiting'} defaultValue={data.defaultProjectId ?? ''}>
                <option value="">none</option>
                {(projects.data?.items ?? []).map((project) => (
                  <option key={project.id} value={project.id}>
                    {project.name}
                  </option>
                ))}
              </select>
            </Field>
            <dl className="facts">
              <dt>E-mail</dt>
              <dd>{data.email}</dd>
              <dt>Role</dt>
              <dd>{data.role ?? 'none'}</dd>
              <dt>Here since</dt>
              <dd>
                <Time at={data.createdAt} />
              </dd>
              <dt>Time zone</dt>
              <dd>{Intl.DateTimeFormat().resolvedOptions().timeZone}, as of this browser</dd>
            </dl>
            {error !== null && <Problem error={error} />}
            <div>
              <Button tone="primary" submit>
                Save
              </Button>
            </div>
          </form>
        )}
      </Loaded>
    </Panel>
  );
}

function Password() {
  const me = useCall('getMe');
  const [error, setError] = useState<unknown>(null);
  return (
    <Panel title="Password">
      <form
        className="stack form"
        onSubmit={(event) => {
          event.preventDefault();
          const element = event.currentTarget;
          const form = new FormData(element);
          setError(null);
          call('changeMe', {
            body: { password: String(form.get('password')), currentPassword: String(form.get('currentPassword') ?? '') },
          }).then(() => {
            element.reset();
            toast('Your password is changed, and your other sessions are ended.');
          }, setError);
        }}
      >
        <input type="hidden" autoComplete="username" value={me.data?.email ?? ''} readOnly />
        <Field label="Present password" error={faultOf(error, 'currentPassword')} hint="Empty if you never had one.">
          <input name="currentPassword" type="password" autoComplete="current-password" />
        </Field>
        <Field label="New password" error={faultOf(error, 'password')} hint="10 characters or more. Your other sessions end.">
          <input name="password" type="password" minLength={10} required autoComplete="new-password" />
        </Field>
        {error !== null && <Problem error={error} />}
        <div>
          <Button submit>Change password</Button>
        </div>
      </form>
    </Panel>
  );
}

const themes: [Theme, string][] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function Appearance() {
  const theme = useTheme();
  return (
    <Panel title="Appearance">
      <fieldset className="choices three">
        <legend>Theme</legend>
        {themes.map(([value, label]) => (
          <label key={value} className="choice">
            <input type="radio" name="theme" checked={theme === value} onChange={() => setTheme(value)} />
            <span>
              <strong>{label}</strong>
            </span>
          </label>
        ))}
      </fieldset>
    </Panel>
  );
}
