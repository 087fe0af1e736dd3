/**
 * Who may do what: the scope tree of organization, folder, project and object, grants of roles on it, and one decision over them.
 * No routes of its own but `explain`; no knowledge of what the scopes hold. People and tokens are in people/.
 */
export {
  bestRole,
  type Decision,
  decide,
  forbidden,
  inProject,
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
} from './roles.ts';
