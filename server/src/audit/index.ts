/** The record of all that happened, read in three ways: live stream, filtered list, verified chain. It writes nothing: events do. */
export { activityQuery, auditRoutes, eventSchema, listEvents } from './audit-routes.ts';
