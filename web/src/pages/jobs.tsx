import { useCall } from '../api.ts';
import { Empty, Loaded, PageHead } from '../ui/kit.tsx';
import { JobTable } from './job-table.tsx';

export function AllJobs() {
  const me = useCall('getMe');
  const jobs = useCall('listJobs', { limit: 200 });
  return (
    <>
      <PageHead
        title="Jobs"
        about="In all projects that you may see, newest first."
        code={{ path: '/jobs?limit=200', cli: 'npx plinth job list' }}
      />
      <Loaded query={jobs} rows={8}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty
              icon="jobs"
              title="No job yet. A job is a command on a commit, in an environment, with a price."
              code="npx plinth run -p my-project -- python train.py"
            />
          ) : (
            <JobTable jobs={data.items} everywhere me={me.data?.id ?? ''} />
          )
        }
      </Loaded>
    </>
  );
}
