import { useCall } from '../api.ts';
import { workReason } from '../names.ts';
import { useAddress } from '../ui/address.ts';
import { Button, Empty } from '../ui/kit.tsx';
import { usePages } from '../ui/pages.ts';
import { alive, JobTable, useJobFilter } from './job-table.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';
import { RunAJob } from './run-a-job.tsx';

export function Jobs() {
  const slug = useSlug();
  const [address, change] = useAddress();
  const project = useCall('getProject', { project: slug });
  const asked = useJobFilter();
  const pages = usePages('listProjectJobs', { project: slug, ...asked }, { isMoving: alive });
  return (
    <ProjectFrame
      about="A command on a commit, in an environment, with named inputs and a price."
      code={{
        path: `/projects/${slug}/jobs?${new URLSearchParams({ limit: '100', ...asked })}`,
        cli: `npx plinth job list -p ${slug}`,
      }}
      action={
        <Button tone="primary" icon="play" reason={workReason(project.data?.myRole)} onClick={() => change({ new: 'job' })}>
          Run a job
        </Button>
      }
    >
      <JobTable
        pages={pages}
        place={`jobs:${slug}`}
        empty={<Empty icon="jobs" title="No job yet." code={`npx plinth run -p ${slug} -- python train.py`} />}
      />
      <RunAJob
        slug={slug}
        open={(address.new ?? '') === 'job'}
        from={address.from ?? ''}
        close={() => change({ new: null, from: null }, 'replace')}
      />
    </ProjectFrame>
  );
}
