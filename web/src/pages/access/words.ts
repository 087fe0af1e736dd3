import type { Output } from '@plinth/sdk';

export type Grant = Output<'listGrantsReaching'>['items'][number];
export type Reached = Output<'listGrantsReaching'>['resource'];

/** What each role may do, in the words of the reader. */
export const projectRoles = [
  ['owner', 'everything there, its members included'],
  ['contributor', 'push code, add data, run jobs and workspaces'],
  ['validator', 'read everything and decide on approvals'],
  ['viewer', 'read'],
  ['consumer', 'call what was deployed, and see nothing else'],
] as const;
export const organizationRoles = [
  ['member', 'makes projects, sees what is shared with all'],
  ['auditor', 'reads everything and changes nothing'],
  ['admin', 'everything, everywhere'],
] as const;

export type AnyRole = (typeof projectRoles | typeof organizationRoles)[number][0];

/** The roles that can be given on a place. */
export const rolesOn = (kind: string): readonly (readonly [AnyRole, string])[] =>
  kind === 'organization' ? organizationRoles : projectRoles;

export const kindWords: Record<Grant['subjectKind'], string> = {
  person: 'person',
  group: 'group',
  'service-account': 'service account',
};

/** How a place is named where roles hang, as the API takes it. */
export const placeOf = ({ kind, id }: Reached): string =>
  kind === 'organization' ? 'organization' : kind === 'folder' || kind === 'project' ? id : `${kind}:${id}`;

/** `job.start` → "start jobs": actions as people say them; the API's own word stands beside it. */
export function actionWords(action: string): string {
  const [noun = '', verb = ''] = action.split('.');
  const known = said[action];
  return known ?? `${verb.replaceAll('-', ' ')} ${plural(noun.replaceAll('-', ' '))}`;
}

const said: Record<string, string> = {
  'access.explain': 'ask who may do what',
  'approval.decide': 'decide on approvals',
  'approval.request': 'ask for approvals',
  'audit.read': 'read the audit record',
  'folder.use': 'put projects into folders',
  'lineage.read': 'read lineage',
  'monitor.label': 'give monitors what was true',
  'organization.manage': 'manage the organization',
  'organization.read': 'read the organization',
  'settings.read': 'read settings',
};

const plural = (noun: string): string => {
  if (noun === 'person') return 'people';
  if (noun.endsWith('y')) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
};
