/** People, groups, service accounts, and how they prove who they are. What they may do is in access/. */
export { accessRoutes } from './access-routes.ts';
export { actorNow, cookieName, makeAuthenticate } from './authenticate.ts';
export { makeContentAuthenticate, makeContentTicket, useContentTicket } from './content-session.ts';
export { deviceRoutes } from './device-routes.ts';
export { ensureFirstAdministrator, makeSignInLink, makeStartToken } from './first-administrator.ts';
export { groupRoutes } from './group-routes.ts';
export { makeToken, type NewToken } from './make-token.ts';
export { projectIdOf } from './own-project.ts';
export { peopleRoutes } from './people-routes.ts';
export { revokeTokensOfWorkload, setDefaultProject } from './people-store.ts';
export { idsOfAddresses } from './person-store.ts';
export type { ObjectKind } from './places.ts';
export { checkProvider } from './provider.ts';
export { providerRoutes } from './provider-routes.ts';
export { membersOfScope, type PersonReaching, peopleReaching } from './scope-member-store.ts';
export {
  type Member,
  type MemberScope,
  memberList,
  memberSchema,
  type NewMember,
  newMemberFields,
  projectRoleSchema,
  putScopeMember,
  removeScopeMember,
} from './scope-members.ts';
export { serviceAccountRoutes } from './service-account-routes.ts';
export { sessionRoutes } from './session-routes.ts';
export { nameOfSubject, subjectName, subjectsNamed } from './subject-name.ts';
