/**
 * From what was made back to its source, and the proof: a job, model version or prediction made again in a clean place and compared. A verdict of
 * `verified` is given only when code, environment, data and results were all read against their digests before, and everything compared after.
 * Deliberately not here: what made the comparison possible is recorded by the modules below, at the time.
 */
export { judgeReproduction, onJobFinished } from './judge-reproduction.ts';
export { provenanceRoutes } from './provenance-routes.ts';
export { reproductionRoutes } from './reproduction-routes.ts';
export { scoringKind } from './score-again.ts';
