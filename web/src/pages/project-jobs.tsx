import { useCall } from '../api.ts';
import { workReason } from '../names.ts';
import { Button, Empty, Loaded } from '../ui/kit.tsx';
import { useUrl } from '../url.ts';
import { JobTable } from './job-table.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';
import { RunAJob } from './run-a-job.tsx';

export function Jobs() {
  const slug = useSlug();
  const { value, change } = useUrl();
  const me = useCall('getMe');
  const project = useCall('getProject', { project: slug });
  const jobs = useCall('listProjectJobs', { project: slug, limit: 200 });
  return (
    <ProjectFrame
      about="A command on a commit, in an environment, with named inputs and a price."
      code={{ path: `/projects/${slug}/jobs`, cli: `npx plinth job list -p ${slug}` }}
      action={
        <Button tone="primary" icon="play" reason={workReason(project.data?.myRole)} onClick={() => change({ new: 'job' })}>
          Run a job
        </Button>
      }
    >
      <Loaded query={jobs} rows={8}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty icon="jobs" title="No job yet." code={`npx plinth run -p ${slug} -- python train.py`} />
          ) : (
            <JobTable jobs={data.items} me={me.data?.id ?? ''} />
          )
        }
      </Loaded>
      <RunAJob
        slug={slug}
        open={value('new') === 'job'}
        from={value('from')}
        close={() => change({ new: null, from: null }, 'replace')}
      />
    </ProjectFrame>
  );
}
