import type { Output } from '@plinth/sdk';
import { useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { ownReason } from '../names.ts';
import { Avatar } from '../shell/avatar.tsx';
import { useAddress } from '../ui/address.ts';
import { Button, Field, FormDialog, faultOf, Loaded, Problem, Table, Time, toast } from '../ui/kit.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';

type Member = Output<'listMembers'>['items'][number];

/** What each role may do, in the words of the reader. */
const roles: [Member['role'], string][] = [
  ['owner', 'everything here, its members included'],
  ['contributor', 'push code, add data, run jobs and workspaces'],
  ['validator', 'read everything and decide on approvals'],
  ['viewer', 'read'],
  ['consumer', 'call what was deployed, and see nothing else'],
];

export function Members() {
  const slug = useSlug();
  const [address, change] = useAddress();
  const project = useCall('getProject', { project: slug });
  const members = useCall('listMembers', { project: slug });
  const [error, setError] = useState<unknown>(null);
  const reason = ownReason(project.data?.myRole);
  const owners = (members.data?.items ?? []).filter((member) => member.role === 'owner').length;

  const put = (member: Member, role: Member['role']): void => {
    setError(null);
    call('putMember', { project: slug, body: { subjectId: member.subjectId, role } }).then(() => {
      toast(`${member.name} is ${role} now.`);
      void queries.invalidateQueries();
    }, setError);
  };
  const remove = (member: Member): void => {
    setError(null);
    call('removeMember', { project: slug, subject: member.subjectId }).then(() => {
      toast(`${member.name} has no role here any more.`, () => put(member, member.role));
      void queries.invalidateQueries();
    }, setError);
  };

  return (
    <ProjectFrame
      about="Who has a role in this project. Who has none does not see that it exists."
      code={{ path: `/projects/${slug}/members`, cli: `npx plinth member list -p ${slug}` }}
      action={
        <Button tone="primary" icon="add" reason={reason} onClick={() => change({ new: 'member' })}>
          Add somebody
        </Button>
      }
    >
      {error !== null && <Problem error={error} />}
      <Loaded query={members} rows={6}>
        {(data) => (
          <Table
            label="Members"
            rows={data.items.map((member) => ({ ...member, id: member.subjectId }))}
            columns={[
              {
                title: 'Name',
                cell: (member) => (
                  <span className="row tight">
                    <Avatar name={member.name} />
                    <strong>{member.name}</strong>
                  </span>
                ),
              },
              {
                title: 'E-mail',
                cell: (member) => member.email ?? <span className="faint">{member.kind.replace('-', ' ')}</span>,
              },
              {
                title: 'Role',
                cell: (member) => {
                  const last = member.role === 'owner' && owners === 1;
                  const why = reason ?? (last ? 'A project keeps at least one owner' : null);
                  return (
                    <select
                      aria-label={`Role of ${member.name}`}
                      value={member.role}
                      disabled={why !== null}
                      title={why ?? undefined}
                      onChange={(event) => put(member, event.target.value as Member['role'])}
                    >
                      {roles.map(([role, may]) => (
                        <option key={role} value={role} title={may}>
                          {role}
                        </option>
                      ))}
                    </select>
                  );
                },
              },
              {
                title: 'May',
                cell: (member) => <span className="soft">{roles.find(([role]) => role === member.role)?.[1]}</span>,
              },
              { title: 'Since', cell: (member) => <Time at={member.createdAt} /> },
              {
                title: 'Actions',
                bare: true,
                cell: (member) => (
                  <Button
                    tone="quiet"
                    icon="trash"
                    aria-label={`Remove ${member.name}`}
                    reason={reason ?? (member.role === 'owner' && owners === 1 ? 'A project keeps at least one owner' : null)}
                    onClick={() => remove(member)}
                  >
                    Remove
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <FormDialog
        title="Add somebody"
        action="Add"
        open={(address.new ?? '') === 'member'}
        close={() => change({ new: null }, 'replace')}
        submit={async (form) => {
          await call('putMember', {
            project: slug,
            body: { email: String(form.get('email')), role: form.get('role') as 'viewer' },
          });
          void queries.invalidateQueries();
        }}
      >
        {(fault) => (
          <>
            <Field label="E-mail" error={faultOf(fault, 'email')}>
              <input name="email" type="email" required />
            </Field>
            <Field label="Role" error={faultOf(fault, 'role')}>
              <select name="role" defaultValue="contributor">
                {roles.map(([role, may]) => (
                  <option key={role} value={role}>
                    {role}: {may}
                  </option>
                ))}
              </select>
            </Field>
          </>
        )}
      </FormDialog>
    </ProjectFrame>
  );
}
