import { Empty, PageHead } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { moving, WorkspaceTable } from './workspace-table.tsx';

export function AllWorkspaces() {
  const pages = usePages('listWorkspaces', {}, { isMoving: moving });
  return (
    <>
      <PageHead
        title="Workspaces"
        about="Sessions in a tool, on a project’s code and environment."
        code={{ path: '/workspaces', cli: 'npx plinth workspace list' }}
      />
      <WorkspaceTable
        pages={pages}
        place="workspaces"
        empty={
          <Empty
            icon="workspaces"
            title="No workspace yet. Start one in a project, under Workspaces."
            code="npx plinth workspace start -p my-project jupyterlab"
          />
        }
      />
    </>
  );
}
