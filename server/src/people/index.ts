/** People, groups, service accounts, and how they prove who they are. What they may do is in access/. */
export { cookieName, makeAuthenticate } from './authenticate.ts';
export { makeContentAuthenticate, makeContentTicket, useContentTicket } from './content-session.ts';
export { deviceRoutes } from './device-routes.ts';
export { ensureFirstAdministrator, makeSignInLink, makeStartToken } from './first-administrator.ts';
export { makeToken, type NewToken } from './make-token.ts';
export { peopleRoutes } from './people-routes.ts';
export { revokeTokensOfWorkload, setDefaultProject } from './people-store.ts';
