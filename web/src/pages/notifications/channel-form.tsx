import type { Input, Output } from '@plinth/sdk';
import { useState } from 'react';
import { useCall } from '../../api.ts';
import { useMay } from '../../names.ts';
import { Field, FormDialog, faultOf } from '../../ui/kit.tsx';

type Channel = Output<'getNotificationChannel'>;
type New = NonNullable<Input<'createNotificationChannel'>['body']>;
type Kind = New['kind'];

const kinds: { kind: Kind; name: string; about: string }[] = [
  { kind: 'email', name: 'People, by mail', about: 'Who has a role in the project, or chosen people' },
  { kind: 'chat', name: 'A chat', about: 'The incoming webhook of Slack, Mattermost, Teams' },
  { kind: 'webhook', name: 'A program', about: 'Signed JSON to a URL of yours' },
];
const roles: [role: Channel['roles'][number], who: string][] = [
  ['owner', 'Owners'],
  ['contributor', 'Contributors'],
  ['validator', 'Validators'],
  ['viewer', 'Viewers'],
];
const usual = ['alert.fired', 'alert.resolved'];

/** Makes a channel, or changes one. What it was stays where the reader changes nothing; an address is never shown again. */
export function ChannelForm({
  open,
  close,
  before,
  slug,
  save,
}: {
  open: boolean;
  close: () => void;
  before?: Channel;
  slug: string | undefined;
  save: (body: New) => Promise<void>;
}) {
  const [kind, setKind] = useState<Kind>(before?.kind ?? 'email');
  return (
    <FormDialog
      title={before ? `Change ${before.name}` : 'New channel'}
      action={before ? 'Change it' : 'Make it'}
      open={open}
      close={close}
      submit={(form) => {
        const url = String(form.get('url') ?? '').trim();
        const isMail = kind === 'email';
        return save({
          name: String(form.get('name')),
          kind,
          types: form.getAll('types').map(String),
          ...(isMail || url === '' ? {} : { url }),
          ...(isMail ? { roles: form.getAll('roles') as Channel['roles'], personIds: form.getAll('personIds').map(String) } : {}),
        });
      }}
    >
      {(error) => (
        <>
          <Field label="Name" error={faultOf(error, 'name')}>
            <input name="name" required maxLength={120} defaultValue={before?.name} placeholder="On call" />
          </Field>
          {!before && (
            <fieldset className="choices">
              <legend>Who is told</legend>
              {kinds.map((one) => (
                <label key={one.kind} className="choice">
                  <input type="radio" name="kind" checked={kind === one.kind} onChange={() => setKind(one.kind)} />
                  <span>
                    <strong>{one.name}</strong>
                    <span className="soft">{one.about}</span>
                  </span>
                </label>
              ))}
            </fieldset>
          )}
          {kind === 'email' ? (
            <Receivers before={before} slug={slug} error={error} />
          ) : (
            <Field
              label="Address"
              error={faultOf(error, 'url')}
              hint={before ? `Empty: it stays ${before.url}` : 'Kept sealed; only its host is shown later.'}
            >
              <input name="url" type="url" required={!before} placeholder="https://" />
            </Field>
          )}
          <Types before={before} />
        </>
      )}
    </FormDialog>
  );
}

function Receivers({ before, slug, error }: { before: Channel | undefined; slug: string | undefined; error: unknown }) {
  const may = useMay();
  const fault = faultOf(error, 'roles') ?? faultOf(error, 'personIds/0');
  return (
    <>
      <fieldset className="choices">
        <legend>Who gets the mail</legend>
        <div className="ticks">
          {roles.map(([role, who]) => (
            <label key={role} className="tick">
              <input
                type="checkbox"
                name="roles"
                value={role}
                defaultChecked={before ? before.roles.includes(role) : role === 'owner' || role === 'contributor'}
              />
              {who}
            </label>
          ))}
        </div>
        {fault && (
          <span className="error" role="alert">
            {fault}
          </span>
        )}
      </fieldset>
      {slug ? <MembersBesides before={before} slug={slug} /> : may('person.read') && <PeopleBesides before={before} />}
    </>
  );
}

function MembersBesides({ before, slug }: { before: Channel | undefined; slug: string }) {
  const members = useCall('listMembers', { project: slug, limit: 1000 });
  const people = (members.data?.items ?? []).filter((member) => member.kind === 'person' && member.role !== 'consumer');
  return <Besides before={before} people={people.map((member) => ({ id: member.subjectId, name: member.name }))} />;
}

function PeopleBesides({ before }: { before: Channel | undefined }) {
  const people = useCall('listPeople', { limit: 1000 });
  return <Besides before={before} people={(people.data?.items ?? []).map(({ id, name }) => ({ id, name }))} />;
}

function Besides({ before, people }: { before: Channel | undefined; people: readonly { id: string; name: string }[] }) {
  const chosen = before?.people.map(({ id }) => id) ?? [];
  const all = [...people, ...(before?.people ?? []).filter(({ id }) => !people.some((one) => one.id === id))];
  if (all.length === 0) return null;
  return (
    <fieldset className="choices">
      <legend>And these people</legend>
      <div className="ticks list some">
        {all.map((person) => (
          <label key={person.id} className="tick">
            <input type="checkbox" name="personIds" value={person.id} defaultChecked={chosen.includes(person.id)} />
            {person.name}
          </label>
        ))}
      </div>
      <small className="caption">They are told only what they may read.</small>
    </fieldset>
  );
}

function Types({ before }: { before: Channel | undefined }) {
  const types = useCall('listNotificationTypes');
  return (
    <fieldset className="choices">
      <legend>Of what</legend>
      <div className="ticks list">
        {(types.data?.items ?? []).map(({ type, summary }) => (
          <label key={type} className="tick">
            <input type="checkbox" name="types" value={type} defaultChecked={(before?.types ?? usual).includes(type)} />
            {summary}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
