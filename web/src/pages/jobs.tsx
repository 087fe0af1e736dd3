import { Empty, PageHead } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { alive, JobTable, useJobFilter } from './job-table.tsx';

export function AllJobs() {
  const asked = useJobFilter();
  const pages = usePages('listJobs', asked, { isMoving: alive });
  return (
    <>
      <PageHead
        title="Jobs"
        about="In all projects that you may see, newest first."
        code={{ path: `/jobs?${new URLSearchParams({ limit: '100', ...asked })}`, cli: 'npx plinth job list' }}
      />
      <JobTable
        pages={pages}
        place="jobs"
        empty={
          <Empty
            icon="jobs"
            title="No job yet. A job is a command on a commit, in an environment, with a price."
            code="npx plinth run -p my-project -- python train.py"
          />
        }
      />
    </>
  );
}
