import { PageTabs } from '../ui/page-tabs.tsx';

/** Projects as a list, in their folders, and those that were deleted. */
export const ProjectTabs = () => (
  <PageTabs
    label="Projects by"
    tabs={[
      ['/projects', 'All projects'],
      ['/folders', 'Folders'],
      ['/trash', 'Trash'],
    ]}
  />
);
