import { call, useCallIf } from '../../api.ts';
import { useMay } from '../../names.ts';
import { Button, type Column, Empty, Table, Time, useActing } from '../../ui/kit.tsx';
import { ScopeLink } from './scope-link.tsx';
import { SubjectName } from './subject-name.tsx';
import { type AnyRole, type Grant, placeOf, type Reached, rolesOn } from './words.ts';

/** Roles that reach a place: those given there can be changed and taken, the others say where they come from. */
export function RolesHere({
  place,
  grants,
  reason,
  label,
}: {
  place: Reached;
  grants: readonly Grant[];
  /** Why the reader may not give and take roles here. */
  reason: string | null;
  label: string;
}) {
  const { act, fault } = useActing();
  const may = useMay();
  const people = useCallIf(may('person.read'), 'listPeople', { limit: 1000 });
  const emails = new Map((people.data?.items ?? []).map((person) => [person.id, person.email]));
  const here = placeOf(place);
  const isHere = (grant: Grant): boolean =>
    here === 'organization' ? grant.scopeKind === 'organization' : grant.scopeId === here;
  // What members of the organization are reaches nothing below it.
  const shown = grants
    .filter((grant) => here === 'organization' || grant.role !== 'member')
    .sort((a, b) => Number(isHere(b)) - Number(isHere(a)));
  const owners = grants.filter((grant) => isHere(grant) && grant.role === 'owner' && grant.expiresAt === null).length;

  const whyNot = (grant: Grant): string | null => {
    if (!isHere(grant)) return 'It was given elsewhere: change it there';
    if (here === 'organization' && grant.subjectKind === 'person') return 'Set under People';
    if (place.kind === 'project' && grant.role === 'owner' && grant.expiresAt === null && owners === 1)
      return 'A project keeps at least one owner';
    return reason;
  };
  const give = (grant: Grant, role: AnyRole): Promise<unknown> =>
    call('giveRole', {
      body: {
        subjectId: grant.subjectId,
        role,
        scope: grant.scopeId,
        ...(grant.expiresAt ? { expiresAt: grant.expiresAt } : {}),
      },
    });
  const set = (grant: Grant, role: AnyRole): void => act(give(grant, role), `${grant.subjectName} is ${role} now.`);
  const take = (grant: Grant): void =>
    act(call('takeRole', { grant: grant.id }), `${grant.subjectName} is no longer ${grant.role} here.`, () =>
      act(give(grant, grant.role as AnyRole), `${grant.subjectName} is ${grant.role} again.`),
    );

  const columns: Column<Grant>[] = [
    { title: 'Who', cell: (grant) => <SubjectName subject={grant} detail={emails.get(grant.subjectId) ?? null} /> },
    {
      title: 'Role',
      cell: (grant) =>
        isHere(grant) ? (
          <select
            aria-label={`Role of ${grant.subjectName}`}
            value={grant.role}
            disabled={whyNot(grant) !== null}
            title={whyNot(grant) ?? undefined}
            onChange={(event) => set(grant, event.target.value as AnyRole)}
          >
            {rolesOn(place.kind).map(([role, does]) => (
              <option key={role} value={role} title={does}>
                {role}
              </option>
            ))}
          </select>
        ) : (
          grant.role
        ),
    },
    {
      title: 'Given on',
      cell: (grant) =>
        isHere(grant) ? (
          <span className="soft">{here === 'organization' ? 'the organization' : `this ${place.kind}`}</span>
        ) : (
          <ScopeLink grant={grant} />
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
    {
      title: 'Actions',
      bare: true,
      cell: (grant) =>
        isHere(grant) && (
          <Button
            tone="quiet"
            icon="close"
            aria-label={`Take away the role of ${grant.subjectName}`}
            reason={whyNot(grant)}
            onClick={() => take(grant)}
          >
            Take away
          </Button>
        ),
    },
  ];
  return (
    <>
      {fault}
      {shown.length === 0 ? (
        <Empty icon="people" title="Nobody has a role here." />
      ) : (
        <Table label={label} rows={shown} columns={columns} />
      )}
    </>
  );
}
