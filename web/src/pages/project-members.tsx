import { useCall } from '../api.ts';
import { useMay } from '../names.ts';
import { Loaded, Panel, Table, Time } from '../ui/kit.tsx';
import { PlaceAccess } from './access/place-access.tsx';
import { ScopeLink } from './access/scope-link.tsx';
import { SubjectName } from './access/subject-name.tsx';
import { projectRoles } from './access/words.ts';
import { ProjectFrame, useSlug } from './project-frame.tsx';

/** Who may what in a project: by roles on it, on the folders that it stands in, in the organization, and on single things in it. */
export function Members() {
  const slug = useSlug();
  const project = useCall('getProject', { project: slug });
  const may = useMay();
  const role = project.data?.myRole ?? '';
  const seesAll = ['owner', 'admin', 'auditor'].includes(role) || may('access.explain');
  return (
    <ProjectFrame
      about="Who has a role that reaches this project. Who has none does not see that it exists."
      code={{
        path: `/access/grants?resource=${slug}`,
        cli: `npx plinth access list ${slug}\nnpx plinth access give ada@example.org viewer ${slug} --expires 30d`,
      }}
    >
      {project.data &&
        (seesAll ? (
          <>
            <PlaceAccess on={slug} title="Roles that reach this project" />
            <OnSingleThings slug={slug} />
          </>
        ) : (
          <OwnMembers slug={slug} />
        ))}
    </ProjectFrame>
  );
}

/** Roles that open one dataset, run or job and nothing else. */
function OnSingleThings({ slug }: { slug: string }) {
  const within = useCall('listGrantsReaching', { resource: slug, within: true, limit: 1000 });
  return (
    <Panel title="Roles on single things">
      <Loaded query={within} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="faint">
              None. Who may see one dataset, environment, run or job of this project and nothing else is set by <em>Access</em> on
              the page of that thing.
            </p>
          ) : (
            <Table
              label="Roles on single things"
              rows={items}
              columns={[
                { title: 'Who', cell: (grant) => <SubjectName subject={grant} /> },
                { title: 'On', cell: (grant) => <ScopeLink grant={grant} /> },
                { title: 'Role', cell: (grant) => grant.role },
                { title: 'Given by', cell: (grant) => grant.createdByName },
                {
                  title: 'Runs out',
                  cell: (grant) =>
                    grant.expiresAt ? <Time at={grant.expiresAt} /> : <span className="faint nothing">never</span>,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

/** What those see who work here: the people with a role on the project itself. Why somebody may do something is for its owners to ask. */
function OwnMembers({ slug }: { slug: string }) {
  const members = useCall('listMembers', { project: slug, limit: 1000 });
  return (
    <>
      <Loaded query={members} rows={6}>
        {(data) => (
          <Table
            label="Members"
            rows={data.items.map((member) => ({ ...member, id: member.subjectId }))}
            columns={[
              {
                title: 'Who',
                cell: (member) => (
                  <SubjectName
                    subject={{
                      subjectId: member.subjectId,
                      subjectKind: member.kind,
                      subjectName: member.name,
                      memberCount: member.memberCount,
                    }}
                    detail={member.email}
                  />
                ),
              },
              { title: 'Role', cell: (member) => member.role },
              {
                title: 'May',
                cell: (member) => <span className="soft">{projectRoles.find(([role]) => role === member.role)?.[1]}</span>,
              },
              { title: 'Since', cell: (member) => <Time at={member.createdAt} /> },
              {
                title: 'Runs out',
                cell: (member) =>
                  member.expiresAt ? <Time at={member.expiresAt} /> : <span className="faint nothing">never</span>,
              },
            ]}
          />
        )}
      </Loaded>
      <p className="faint">
        Owners of the project give roles. They also see who reaches it from a folder or from the organization, and why.
      </p>
    </>
  );
}
