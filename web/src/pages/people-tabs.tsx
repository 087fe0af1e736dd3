import { PageTabs } from '../ui/page-tabs.tsx';

/** Who can ask for something here: people, people together, and programs. */
export const PeopleTabs = () => (
  <PageTabs
    label="Who"
    tabs={[
      ['/people', 'People'],
      ['/people/groups', 'Groups'],
      ['/people/service-accounts', 'Service accounts'],
    ]}
  />
);
