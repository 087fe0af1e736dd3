import { useNavigate } from '@tanstack/react-router';
import { call, useCall } from '../api.ts';
import { Button, Empty, Loaded, PageHead, Table, Time, useActing } from '../ui/kit.tsx';
import { ProjectTabs } from './project-tabs.tsx';

/** Deleted projects, each with everything in it, until their time is over. */
export function Trash() {
  const navigate = useNavigate();
  const trash = useCall('listTrash', { limit: 200 });
  const { act, fault } = useActing();
  return (
    <>
      <PageHead
        title="Trash"
        about="Deleted projects that you may restore, each with everything in it, for 30 days."
        code={{ path: '/trash', cli: 'npx plinth api GET /trash' }}
      />
      <ProjectTabs />
      {fault}
      <Loaded query={trash} rows={4}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty icon="trash" title="The trash is empty." />
          ) : (
            <Table
              label="Deleted projects"
              rows={data.items}
              columns={[
                { title: 'Name', cell: (project) => <strong title={project.description}>{project.name}</strong> },
                { title: 'Owner', cell: (project) => project.ownerName },
                { title: 'Deleted by', cell: (project) => project.deletedByName ?? '–' },
                { title: 'Deleted', cell: (project) => <Time at={project.deletedAt} /> },
                {
                  title: 'Gone for good',
                  cell: (project) => <Time at={project.restorableUntil} />,
                },
                {
                  title: 'Actions',
                  bare: true,
                  cell: (project) => (
                    <Button
                      icon="retry"
                      aria-label={`Restore ${project.name}`}
                      onClick={() =>
                        act(
                          call('restoreProject', { trashed: project.id, body: {} }).then((back) =>
                            navigate({ to: `/projects/${back.slug}` as '/' }),
                          ),
                          `${project.name} is back.`,
                        )
                      }
                    >
                      Restore
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}
