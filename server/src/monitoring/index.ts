/**
 * Monitoring: every channel of a deployment is watched from its birth. What it is asked and answers is compared with what its model was made
 * from, by tests that may be looked at after every row and keep a false-alarm budget; its health and, once the truth is known, its quality as
 * well. What changed becomes an alert, and an alert a
 * version made again, if a person wants so. Deliberately not here: the rows themselves (predictions/), and any sending of messages beyond the event.
 */
import { alertRoutes } from './alert-routes.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { retrainingRoutes } from './retraining-routes.ts';

export { advanceRetraining, onRetrainingJobFinished } from './advance-retraining.ts';
export { ensureMonitor } from './ensure-monitor.ts';
export { followDeployments } from './follow-deployments.ts';
export { monitoringNotices } from './notices.ts';
export { startMonitors } from './start-monitors.ts';

export const monitoringRoutes = [...monitorRoutes, ...alertRoutes, ...retrainingRoutes];
