/**
 * Notifications: who is told of what, and the telling. A channel of a project or of the organization names types of events and where they go: a
 * program (signed webhook), a chat, or the mailboxes of people who may read them. Modules above say in a `NoticeKind` what an event tells; the
 * list is in `main/notices.ts`, so a new kind of notice takes no change here. At least once, in order of the events, each with an id that is the
 * same for all tries; a receiver that fails is left alone for longer and longer, and nobody else waits for it.
 * Deliberately not here: what a person wants to be told in the web UI, which reads the record itself.
 */
export { type FindProjectId, notificationRoutes } from './channel-routes.ts';
export type { Notice, NoticeKind } from './notice-kind.ts';
export { startNotifier } from './start-notifier.ts';
export { tellNotices } from './tell-notice.ts';
