/**
 * Experiments, runs, metrics, parameters, tags, dataset inputs and logged models, tied to what made them. Foreign clients come by wires/mlflow.
 * Metrics are no events: they are kept in batches made for their charts, with the newest value beside them for search.
 * Deliberately not here: the registry of models, which stands above.
 */
export { changeExperiment, createExperiment, defaultExperiment, openExperiment } from './experiments.ts';
export { type Comparison, parseComparisons } from './filter.ts';
export { logBatch, logInputs, logOutputs } from './log-batch.ts';
export { findModel, findModelOfRun, modelMetricsOf } from './logged-model-store.ts';
export { type Course, coursesOf, historyOf, historyPage } from './metric-history.ts';
export { changeLoggedModel, createLoggedModel, openLoggedModel } from './models.ts';
export { changeRun, createRun, openRun } from './runs.ts';
export { type MetricDataset, searchLoggedModels } from './search-logged-models.ts';
export { compileExperimentFilter, searchRuns } from './search-runs.ts';
export {
  checkKey,
  type DatasetInput,
  type Experiment,
  type KeyValue,
  type LoggedModel,
  limits,
  type Metric,
  type MetricSubject,
  type ModelMetric,
  presentValue,
  type RunRow,
  type RunStatus,
} from './tracking.ts';
export { trackingRoutes } from './tracking-routes.ts';
export {
  dataOf,
  datasetsUsedIn,
  deleteTag,
  experimentsWhere,
  findExperimentByName,
  findRun,
  makersOf,
  type RunData,
  runsOfJob,
} from './tracking-store.ts';
