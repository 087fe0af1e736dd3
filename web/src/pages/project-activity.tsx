import { Feed } from '../activity/feed.tsx';
import { useCall } from '../api.ts';
import { Panel } from '../ui/kit.tsx';
import { ProjectFrame, useSlug } from './project-frame.tsx';

export function Activity() {
  const slug = useSlug();
  const project = useCall('getProject', { project: slug });
  return (
    <ProjectFrame
      about="What people did here, newest first. The audit log is written from the same events."
      code={{ path: `/activity?project=${project.data?.id ?? ''}`, cli: `npx plinth activity -p ${slug}` }}
    >
      <Panel title="What happened">{project.data && <Feed project={project.data.id} limit={60} />}</Panel>
    </ProjectFrame>
  );
}
