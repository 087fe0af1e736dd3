import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Data, type Happening, type Told, text } from './telling.ts';

const named = (data: Data): ReactNode => <strong>{text(data, 'name')}</strong>;
const folder = (happening: Happening, data: Data): ReactNode => (
  <Link to={`/folders/${happening.object.id}` as '/'}>{text(data, 'name')}</Link>
);

/** Where a role was given, where that is not the project of the event. */
export function roleOn({ object }: Happening): ReactNode {
  if (object.type === 'project') return null;
  if (object.type === 'organization') return ' in the organization';
  if (object.type === 'folder')
    return (
      <>
        {' '}
        on <Link to={`/folders/${object.id}` as '/'}>a folder</Link>
      </>
    );
  return ` on one ${object.type}`;
}

/** What happens to the house itself: folders, groups, people, programs, tiers. */
export const houseTellings: Record<string, (happening: Happening, data: Data) => Told | null> = {
  'folder.created': (happening, data) => ({ says: <>made the folder {folder(happening, data)}</>, icon: 'folder' }),
  'folder.changed': (happening, data) => ({
    says: (
      <>
        renamed the folder {text(data, 'fromName')} to {folder(happening, data)}
      </>
    ),
    icon: 'folder',
  }),
  'folder.moved': (happening, data) => ({ says: <>moved the folder {folder(happening, data)}</>, icon: 'folder' }),
  'folder.deleted': (_, data) => ({ says: <>deleted the folder {named(data)}</>, icon: 'trash', tone: 'warn' }),
  'project.moved': () => ({ says: 'moved the project to another folder', icon: 'folder' }),
  'project.restored': (_, data) => ({ says: <>took {named(data)} back from the trash</>, icon: 'projects' }),
  'project.deleted': (_, data) => ({
    says: <>moved the project {named(data)} to the trash</>,
    icon: 'trash',
    tone: 'warn',
  }),
  'group.created': (_, data) => ({ says: <>made the group {named(data)}</>, icon: 'groups' }),
  'group.changed': (_, data) => ({ says: <>changed the group {named(data)}</>, icon: 'groups' }),
  'group.deleted': (_, data) => ({ says: <>deleted the group {named(data)}</>, icon: 'groups', tone: 'warn' }),
  'group.member-added': (_, data) => ({
    says: (
      <>
        put {named(data)} into the group {text(data, 'groupName')}
      </>
    ),
    icon: 'groups',
  }),
  'group.member-removed': (_, data) => ({
    says: (
      <>
        took {named(data)} out of the group {text(data, 'groupName')}
      </>
    ),
    icon: 'groups',
  }),
  'service-account.created': (_, data) => ({ says: <>made the service account {named(data)}</>, icon: 'robot' }),
  'service-account.changed': (_, data) => ({ says: <>changed the service account {named(data)}</>, icon: 'robot' }),
  'service-account.deleted': (_, data) => ({
    says: <>deleted the service account {named(data)}</>,
    icon: 'robot',
    tone: 'warn',
  }),
  'person.created': (_, data) => ({ says: <>added {named(data)}</>, icon: 'people' }),
  'person.changed': (_, data) => ({ says: <>changed {named(data)}</>, icon: 'people' }),
  'person.password-changed': () => ({ says: 'changed their password', icon: 'key' }),
  'hardware-tier.created': (_, data) => ({ says: <>offered the hardware tier {named(data)}</>, icon: 'compute' }),
  'hardware-tier.changed': (_, data) => ({ says: <>changed the hardware tier {named(data)}</>, icon: 'compute' }),
  'policy.changed': () => ({ says: 'changed a policy', icon: 'check' }),
  'backup.made': () => ({ says: 'made a backup', icon: 'datasets' }),
};
