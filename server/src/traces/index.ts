/**
 * Traces: what single requests to an application did, span by span, and what was judged of them. Foreign clients come by wires/mlflow, spans of
 * any OpenTelemetry program by its OTLP door. Rights are those of runs: who may read or write a project's runs may do so with its traces.
 * A trace carries where it came from (job, workspace or outside, and the run); it has no node of its own in lineage/, because a run may
 * have millions, and for the same reason neither traces, spans nor tags are events: judgements, links and deletions are.
 * Deliberately not here: pages and routes of our own API, which come with the traces view of the experiments pages; issues, which are none
 * of ours; and the reading of files that clients keep beside a trace, which the server never opens.
 */
export {
  type AssessmentChange,
  assess,
  changeAssessment,
  deleteAssessment,
  openAssessment,
} from './assess.ts';
export { assessmentsOf } from './assessment-store.ts';
export { deleteTraces, linkPrompts, linkTracesToRun, nameTrace, tagTrace, untagTrace } from './change-trace.ts';
export { openTrace } from './open-trace.ts';
export { readTrace, readTraces, readWholeTraces, type WholeTrace } from './read-traces.ts';
export { endTrace, recordSpans, recordTrace } from './record-trace.ts';
export { searchTraces } from './search-traces.ts';
export {
  type Assessment,
  checkTraceId,
  filesOfTrace,
  type NewAssessment,
  type RootFacts,
  type Span,
  type ToldTrace,
  type Trace,
  type TraceState,
  traceLimits,
} from './trace.ts';
