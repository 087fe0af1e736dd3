/**
 * Who may do what: the scope tree of organization, folder, project and object, grants of roles on it, and one decision over them.
 * No routes of its own; no knowledge of what the scopes hold. People, tokens and the routes that explain decisions are in people/.
 */
export {
  actionsInOrganization,
  bestRole,
  type Decision,
  decide,
  forbidden,
  inProject,
  objectScopeId,
  organization,
  organizationId,
  type Resource,
  recordRefusal,
  refuseOnlyOwner,
  require,
  visible,
} from './access.ts';
export {
  deleteGrantBy,
  deleteGrants,
  deleteGrantsOf,
  ensureObjectScope,
  insertGrant,
  insertOrganization,
  insertScope,
  isBelow,
  lockScope,
  lockTree,
  moveScope,
} from './access-store.ts';
export {
  type Action,
  actionsOf,
  allActions,
  type OrganizationRole,
  organizationRoles,
  type ProjectRole,
  projectRoles,
  type Role,
  rolesWith,
} from './roles.ts';
