import type { Output } from '@plinth/sdk';
import { Link, useParams } from '@tanstack/react-router';
import { call, queries, useCall, useCallIf } from '../api.ts';
import { useMay } from '../names.ts';
import { count } from '../ui/format.ts';
import { Button, Empty, Loaded, PageHead, Panel, StatusMark, Table, Time, toast } from '../ui/kit.tsx';
import { ScopeLink } from './access/scope-link.tsx';
import { type Grant, kindWords } from './access/words.ts';
import { SessionRows } from './sessions.tsx';

type Subject = Output<'listGrantsOfSubject'>['subject'];

/** Somebody who can hold roles: what they can see and why, by their groups too. */
export function Subject() {
  const { subject: id } = useParams({ strict: false }) as { subject: string };
  const held = useCall('listGrantsOfSubject', { subject: id, limit: 1000 });
  const may = useMay();
  return (
    <Loaded query={held} rows={6} page>
      {({ subject, items }) => (
        <>
          <PageHead
            title={subject.name}
            about={<About subject={subject} />}
            code={{ path: `/access/subjects/${subject.id}/grants`, cli: `npx plinth access of ${subject.email ?? subject.id}` }}
          >
            {subject.kind !== 'person' && (
              <Link
                className="button"
                to={(subject.kind === 'group' ? '/people/groups' : '/people/service-accounts') as '/'}
                search={(subject.kind === 'group' ? { group: id } : { account: id }) as never}
              >
                {subject.kind === 'group' ? 'People in it' : 'Its tokens'}
              </Link>
            )}
          </PageHead>
          <Panel title="What they can see">
            {items.length === 0 ? (
              <Empty
                icon="key"
                title="No role that you may see. Owners are told of the roles on their own projects and folders."
              />
            ) : (
              <Roles subject={subject} grants={items} />
            )}
          </Panel>
          {subject.kind === 'person' && may('person.manage') && <SessionsOf person={subject} />}
        </>
      )}
    </Loaded>
  );
}

function About({ subject }: { subject: Subject }) {
  return (
    <span className="facts-line">
      <span>{kindWords[subject.kind]}</span>
      {subject.email && <span>{subject.email}</span>}
      {subject.disabled && (
        <span>
          <StatusMark state="disabled" />: none of these roles counts now
        </span>
      )}
    </span>
  );
}

function Roles({ subject, grants }: { subject: Subject; grants: readonly Grant[] }) {
  return (
    <Table
      label="Roles"
      rows={grants}
      columns={[
        {
          title: 'On',
          cell: (grant) => (
            <strong>
              <ScopeLink grant={grant} />
            </strong>
          ),
        },
        { title: 'Role', cell: (grant) => grant.role },
        { title: 'Reaches', cell: (grant) => <span className="soft">{reach(grant)}</span> },
        {
          title: 'Through',
          cell: (grant) =>
            grant.subjectId === subject.id ? (
              <span className="soft">themselves</span>
            ) : (
              <span>
                <span className="soft">group</span> <Link to={`/people/${grant.subjectId}` as '/'}>{grant.subjectName}</Link>
              </span>
            ),
        },
        {
          title: 'Given by',
          cell: (grant) => (
            <>
              {grant.createdByName}, <Time at={grant.createdAt} />
            </>
          ),
        },
        {
          title: 'Runs out',
          cell: (grant) => (grant.expiresAt ? <Time at={grant.expiresAt} /> : <span className="faint nothing">never</span>),
        },
      ]}
    />
  );
}

/** A member of the organization reaches into no project by that role alone. */
const reach = ({ scopeKind, role, projectCount }: Grant): string =>
  scopeKind === 'object'
    ? 'this one thing'
    : scopeKind === 'organization' && role === 'member'
      ? 'what is shared with all'
      : count(projectCount, 'project');

/** Where a person is signed in, for administrators, who can end it. */
function SessionsOf({ person }: { person: Subject }) {
  const sessions = useCallIf(true, 'listSessionsOfPerson', { user: person.id, limit: 1000 });
  const done = (said: string) => (): void => {
    toast(said);
    void queries.invalidateQueries();
  };
  const fail = (error: Error): void => toast(error.message);
  return (
    <Panel
      title="Where they are signed in"
      aside={
        <Button
          tone="quiet"
          reason={sessions.data?.items.length === 0 ? 'They are signed in nowhere' : null}
          onClick={() =>
            void call('endSessionsOfPerson', { user: person.id }).then(done(`${person.name} is signed out everywhere.`), fail)
          }
        >
          End all
        </Button>
      }
    >
      <Loaded query={sessions}>
        {(data) => (
          <SessionRows
            sessions={data.items}
            end={(session) =>
              void call('endSessionOfPerson', { user: person.id, session }).then(done('The session is ended.'), fail)
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}
