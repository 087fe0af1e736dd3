/**
 * Monitoring: every channel of a deployment is watched from its birth. What it is asked and answers is compared with what its model was made
 * from, by tests that may be looked at after every row and keep a false-alarm budget; its health and, once the truth is known, its quality as
 * well. What changed becomes an alert. Deliberately not here: the rows themselves (predictions/), and any sending of messages beyond the event.
 */
export { alertRoutes } from './alert-routes.ts';
export { ensureMonitor } from './ensure-monitor.ts';
export { monitorRoutes } from './monitor-routes.ts';
export { startMonitors } from './start-monitors.ts';
