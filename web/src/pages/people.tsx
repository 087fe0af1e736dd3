import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call, queries, useCall } from '../api.ts';
import { allOf, holds } from '../filter-text.ts';
import { useMay } from '../names.ts';
import { Avatar } from '../shell/avatar.tsx';
import { useAddress } from '../ui/address.ts';
import { Button, Empty, Field, FormDialog, faultOf, PageHead, StatusMark, Time, useActing } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import type { DataColumn } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import { SearchBox } from '../ui/table/search-box.tsx';
import { PeopleTabs } from './people-tabs.tsx';

type Person = Output<'listPeople'>['items'][number];
const roles: [NonNullable<Person['role']>, string][] = [
  ['member', 'makes projects, sees what is shared with all'],
  ['auditor', 'reads everything and changes nothing'],
  ['admin', 'everything, everywhere'],
];

export function People() {
  const may = useMay();
  const me = useCall('getMe');
  const [address, change] = useAddress();
  const pages = usePages('listPeople', allOf(holds('name', address.search ?? '')));
  const { act, fault: refusal } = useActing();
  const reason = may('person.manage') ? null : 'Administrators manage people';
  const set = (
    person: Person,
    body: { role?: NonNullable<Person['role']>; state?: 'active' | 'disabled' },
    said: string,
  ): void => {
    const back = body.role ? { role: person.role ?? 'member' } : { state: person.state === 'disabled' ? 'disabled' : 'active' };
    const change = (to: typeof body): Promise<unknown> => call('changePerson', { user: person.id, body: to });
    act(change(body), said, () => act(change(back as typeof body)));
  };
  const columns = useMemo(
    (): DataColumn<Person>[] => [
      {
        id: 'name',
        title: 'Name',
        width: 220,
        grow: true,
        cell: (person) => (
          <span className="row tight">
            <Avatar name={person.name} />
            <Link className="row-name" to={`/people/${person.id}` as '/'}>
              {person.name}
            </Link>
            {person.id === me.data?.id && <span className="faint">you</span>}
          </span>
        ),
        value: (person) => person.name,
      },
      { id: 'email', title: 'E-mail', width: 240, cell: (person) => person.email, value: (person) => person.email },
      {
        id: 'role',
        title: 'Role',
        width: 150,
        cell: (person) =>
          reason !== null ? (
            (person.role ?? 'none')
          ) : (
            <select
              aria-label={`Role of ${person.name}`}
              value={person.role ?? ''}
              disabled={person.id === me.data?.id}
              title={person.id === me.data?.id ? 'Nobody changes their own role' : undefined}
              onChange={(event) =>
                set(person, { role: event.target.value as 'member' }, `${person.name} is ${event.target.value} now.`)
              }
            >
              {person.role === null && <option value="">none</option>}
              {roles.map(([role, about]) => (
                <option key={role} value={role} title={about}>
                  {role}
                </option>
              ))}
            </select>
          ),
        value: (person) => person.role,
      },
      {
        id: 'state',
        title: 'State',
        width: 110,
        cell: (person) => <StatusMark state={person.state} />,
        value: (person) => person.state,
      },
      {
        id: 'seen',
        title: 'Last here',
        width: 120,
        cell: (person) => <Time at={person.lastSeenAt} />,
        value: (person) => person.lastSeenAt,
      },
      {
        id: 'since',
        title: 'Since',
        optional: true,
        cell: (person) => <Time at={person.createdAt} />,
        value: (person) => person.createdAt,
      },
      // Who manages nobody has no use for a column of buttons that say no.
      ...(reason !== null
        ? []
        : [
            {
              id: 'actions',
              title: 'Actions',
              bare: true,
              width: 130,
              cell: (person: Person) => {
                const off = person.state === 'disabled';
                return (
                  <Button
                    tone="quiet"
                    aria-label={`${off ? 'Enable' : 'Disable'} ${person.name}`}
                    reason={person.id === me.data?.id ? 'Nobody disables themselves' : null}
                    onClick={() =>
                      set(
                        person,
                        { state: off ? 'active' : 'disabled' },
                        `${person.name} ${off ? 'may sign in again' : 'can no longer sign in'}.`,
                      )
                    }
                  >
                    {off ? 'Enable' : 'Disable'}
                  </Button>
                );
              },
              value: () => '',
            },
          ]),
    ],
    [me.data?.id, reason],
  );
  return (
    <>
      <PageHead
        title="People"
        about="Who is here, and their role in the organization. Roles in projects are under Members."
        code={{ path: '/users', cli: 'npx plinth api GET /users' }}
      >
        <Button tone="primary" icon="add" reason={reason} onClick={() => change({ new: 'person' })}>
          Add a person
        </Button>
      </PageHead>
      <PeopleTabs />
      {refusal}
      <div className="full-width">
        <DataTable
          label="People"
          place="people"
          pages={pages}
          columns={columns}
          href={(person) => `/people/${person.id}`}
          nameOf={(person) => person.name}
          toolbar={<SearchBox label="Search people" hint="Name" name="search" />}
          empty={<Empty icon="people" title="Nobody by that name." />}
        />
      </div>
      <FormDialog
        title="Add a person"
        action="Add"
        open={address.new === 'person'}
        close={() => change({ new: null }, 'replace')}
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
        {(fault) => (
          <>
            <Field label="E-mail" error={faultOf(fault, 'email')}>
              <input name="email" type="email" required />
            </Field>
            <Field label="Name" error={faultOf(fault, 'name')}>
              <input name="name" required />
            </Field>
            <Field
              label="First password"
              error={faultOf(fault, 'password')}
              hint="10 characters or more; they change it under Settings."
            >
              <input name="password" type="password" minLength={10} required autoComplete="new-password" />
            </Field>
            <Field label="Role">
              <select name="role" defaultValue="member">
                {roles.map(([role, about]) => (
                  <option key={role} value={role}>
                    {role}: {about}
                  </option>
                ))}
              </select>
            </Field>
          </>
        )}
      </FormDialog>
    </>
  );
}
