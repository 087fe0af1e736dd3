/**
 * Every action there is, by the noun it is about, and the roles as sets of them. Deny by default: an action that no role lists is nobody's.
 * The access test compares the routes with a table written by hand; keep both in step.
 */
const projectReads = [
  'project.read',
  'folder.read',
  'repo.read',
  'environment.read',
  'dataset.read',
  'job.read',
  'run.read',
  'model.read',
  'artifact.read',
  'workspace.read',
  'workload.read',
  'lineage.read',
  'cost.read',
  'prediction.read',
  'deployment.read',
  'monitor.read',
  'notification.read',
] as const;

const projectWrites = [
  // Putting projects into a folder and taking them out.
  'folder.use',
  'repo.write',
  'environment.write',
  'dataset.write',
  'job.start',
  'job.cancel',
  'run.write',
  'model.write',
  'artifact.write',
  'deployment.write',
  'workspace.use',
  'workload.stop',
  'comment.write',
  'approval.request',
  'monitor.write',
  'monitor.label',
] as const;

const projectOwnership = [
  'folder.manage',
  'access.explain',
  'project.update',
  'project.delete',
  'member.manage',
  'service-account.read',
  'service-account.manage',
  'notification.manage',
] as const;

/**
 * The organization stands above every project, so what a role carries there reaches into all of them: members get only nouns of the
 * organization itself.
 */
const organizationReads = [
  'organization.read',
  'shared-environment.read',
  'person.read',
  'group.read',
  'hardware-tier.read',
  'compute-target.read',
  'template.read',
] as const;

const organizationAdministration = [
  'organization.manage',
  'person.manage',
  'group.manage',
  'hardware-tier.manage',
  'shared-environment.manage',
  'compute-target.manage',
  'settings.read',
  'audit.read',
] as const;

/** Taken by any signed-in caller about their own affairs: own tokens, own sessions, own profile. Tokens with limits need it listed. */
const own = ['self.read', 'self.write'] as const;

export type Action =
  | (typeof projectReads)[number]
  | (typeof projectWrites)[number]
  | (typeof projectOwnership)[number]
  | (typeof organizationReads)[number]
  | (typeof organizationAdministration)[number]
  | (typeof own)[number]
  | 'project.create'
  | 'approval.decide'
  | 'deployment.call';

export const projectRoles = {
  /** Decides on the project itself and its people. */
  owner: [...projectReads, ...projectWrites, ...projectOwnership, 'approval.decide', 'deployment.call'],
  /** Does the work. */
  contributor: [...projectReads, ...projectWrites, 'deployment.call'],
  /** Judges it: reads all, decides on approvals, changes nothing. */
  validator: [...projectReads, 'comment.write', 'approval.decide', 'deployment.call'],
  /** Reads. */
  viewer: [...projectReads],
  /** Uses what was deployed and sees nothing else. */
  consumer: ['deployment.call'],
} as const satisfies Record<string, readonly Action[]>;

export const organizationRoles = {
  /** Everything, everywhere. */
  admin: [
    ...projectReads,
    ...projectWrites,
    ...projectOwnership,
    ...organizationReads,
    ...organizationAdministration,
    'project.create',
    'approval.decide',
    'deployment.call',
  ],
  /** Works here: may create projects and sees what is shared with all. */
  member: [...organizationReads, 'project.create'],
  /** Reads everything and changes nothing. */
  auditor: [...projectReads, ...organizationReads, 'audit.read', 'access.explain', 'service-account.read', 'settings.read'],
} as const satisfies Record<string, readonly Action[]>;

export type ProjectRole = keyof typeof projectRoles;
export type OrganizationRole = keyof typeof organizationRoles;
export type Role = ProjectRole | OrganizationRole;

const allRoles: Record<Role, readonly Action[]> = { ...projectRoles, ...organizationRoles };

export const allActions: readonly Action[] = [...new Set([...Object.values(allRoles).flat(), ...own])];

export const actionsOf = (role: string): readonly Action[] => allRoles[role as Role] ?? [];

/** The roles that carry an action, for SQL. */
export const rolesWith = (action: Action): Role[] =>
  (Object.keys(allRoles) as Role[]).filter((role) => allRoles[role].includes(action));

/** The least project role that carries an action, for messages that say what to ask for. */
export function leastRoleFor(action: Action): string {
  const order: Role[] = ['viewer', 'consumer', 'validator', 'contributor', 'owner', 'member', 'auditor', 'admin'];
  return order.find((role) => allRoles[role].includes(action)) ?? 'admin';
}
