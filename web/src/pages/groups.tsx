import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { call, queries, useCall } from '../api.ts';
import { useMay } from '../names.ts';
import { Avatar } from '../shell/avatar.tsx';
import { useAddress } from '../ui/address.ts';
import {
  Button,
  Dialog,
  Empty,
  Field,
  FormDialog,
  faultOf,
  Loaded,
  PageHead,
  StatusMark,
  Table,
  Time,
  TwoPresses,
  useActing,
} from '../ui/kit.tsx';
import { SubjectField, subjectOf, useSubjects } from './access/subjects.tsx';
import { PeopleTabs } from './people-tabs.tsx';

type Group = Output<'listGroups'>['items'][number];

/** Groups: people who get a role together. A group of the sign-in provider fills itself. */
export function Groups() {
  const may = useMay();
  const [address, change] = useAddress();
  const groups = useCall('listGroups', { limit: 1000 });
  const reason = may('group.manage') ? null : 'Administrators manage groups';
  const close = (): void => change({ new: null, group: null }, 'replace');
  const shown = groups.data?.items.find((group) => group.id === address.group);
  return (
    <>
      <PageHead
        title="Groups"
        about="People who get a role together. One that is tied to a group of the sign-in provider fills itself."
        code={{ path: '/groups', cli: 'npx plinth group list' }}
      >
        <Button tone="primary" icon="add" reason={reason} onClick={() => change({ new: 'group' })}>
          New group
        </Button>
      </PageHead>
      <PeopleTabs />
      <Loaded query={groups} rows={5}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              icon="groups"
              title="No group yet. Make one, add people, and give it a role on a folder or in a project."
              code={'npx plinth group create "Actuaries"'}
            />
          ) : (
            <Table
              label="Groups"
              rows={data.items}
              open={(group) => change({ group: group.id })}
              columns={[
                {
                  title: 'Name',
                  cell: (group) => (
                    <Link className="row-name" to={`/people/${group.id}` as '/'}>
                      {group.name}
                    </Link>
                  ),
                },
                { title: 'People', cell: (group) => group.memberCount, numeric: true },
                {
                  title: 'Filled by',
                  cell: (group) =>
                    group.oidcGroup ? (
                      <span>
                        <span className="soft">the sign-in provider:</span> <span className="mono">{group.oidcGroup}</span>
                      </span>
                    ) : (
                      <span className="soft">administrators, by hand</span>
                    ),
                },
                { title: 'Made', cell: (group) => <Time at={group.createdAt} /> },
                {
                  title: 'Actions',
                  bare: true,
                  cell: (group) => (
                    <Button tone="quiet" aria-label={`People in ${group.name}`} onClick={() => change({ group: group.id })}>
                      People
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <FormDialog
        title="New group"
        action="Make group"
        open={address.new === 'group'}
        close={close}
        submit={async (form) => {
          const oidcGroup = String(form.get('oidcGroup') ?? '').trim();
          await call('createGroup', { body: { name: String(form.get('name')), ...(oidcGroup ? { oidcGroup } : {}) } });
          void queries.invalidateQueries();
        }}
      >
        {(error) => (
          <>
            <Field label="Name" error={faultOf(error, 'name')}>
              <input name="name" required maxLength={120} />
            </Field>
            <Field
              label="Group of the sign-in provider"
              error={faultOf(error, 'oidcGroup')}
              hint="Who is in it there is in it here from their next sign-in on. Empty: filled by hand."
            >
              <input name="oidcGroup" className="mono" />
            </Field>
          </>
        )}
      </FormDialog>
      {shown && <Members group={shown} reason={reason} close={close} />}
    </>
  );
}

function Members({ group, reason, close }: { group: Group; reason: string | null; close: () => void }) {
  const members = useCall('listGroupMembers', { group: group.id, limit: 1000 });
  const people = useSubjects(['person']);
  const { act, fault } = useActing();
  return (
    <Dialog title={group.name} open close={close}>
      <div className="stack form">
        {fault}
        <form
          className="field-line"
          aria-label="Add somebody to the group"
          onSubmit={(event) => {
            event.preventDefault();
            const element = event.currentTarget;
            const named = subjectOf(people, String(new FormData(element).get('subject')));
            act(
              call('addGroupMember', {
                group: group.id,
                body: 'email' in named ? named : { personId: named.subjectId },
              }).then(() => element.reset()),
              `They are in ${group.name} now.`,
            );
          }}
        >
          <SubjectField label="E-mail or name" subjects={people} error={null} />
          <Button submit icon="add" reason={reason}>
            Add
          </Button>
        </form>
        <Loaded query={members}>
          {(data) =>
            data.items.length === 0 ? (
              <p className="faint">Nobody is in it yet.</p>
            ) : (
              <ul className="rows">
                {data.items.map((member) => (
                  <li key={member.personId}>
                    <Avatar name={member.name} />
                    <span className="grow clip">
                      {member.name} <span className="faint">{member.email}</span>
                    </span>
                    {member.state !== 'active' && <StatusMark state={member.state} />}
                    <Button
                      tone="quiet"
                      aria-label={`Remove ${member.name}`}
                      reason={reason ?? (member.source === 'oidc' ? 'The sign-in provider put them in' : null)}
                      onClick={() =>
                        act(
                          call('removeGroupMember', { group: group.id, person: member.personId }),
                          `${member.name} is no longer in ${group.name}.`,
                        )
                      }
                    >
                      Remove
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
        <TwoPresses
          asks="No longer needed?"
          says="The roles that it gave go with it, within seconds, and it cannot be had back."
          first="Delete group"
          second="Delete it for good"
          reason={reason}
          act={() => act(call('deleteGroup', { group: group.id }).then(close), `${group.name} is gone, and the roles it gave.`)}
        />
        <menu>
          <Button onClick={close}>Close</Button>
        </menu>
      </div>
    </Dialog>
  );
}
