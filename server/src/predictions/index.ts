/**
 * The record of what deployments answered: every request with its rows, outputs, version and consumer, on the disk before the answer goes out,
 * in the database a moment later, in Parquet files after an hour. Deliberately no event and no search document per prediction: there are too
 * many; the record itself is the audit. Lists by deployment are routes of deployments/, which knows names.
 */
export { archiveOldPredictions, archivePredictions } from './archive-predictions.ts';
export { namePredictions } from './name-predictions.ts';
export {
  type NewPrediction,
  parsePredictionId,
  predictionSchema,
  presentPrediction,
  type StoredPrediction,
  type WholePrediction,
} from './prediction.ts';
export { openPredictionLog, type PredictionLog } from './prediction-log.ts';
export { predictionRoutes } from './prediction-routes.ts';
export { type PredictionFilter, trafficSince } from './prediction-store.ts';
export {
  findPrediction,
  listPredictions,
  newestOfVersion,
  openPrediction,
  predictionsByIds,
  readPredictions,
} from './read-predictions.ts';
export { latencyQuantile, type MinuteTraffic, summarise } from './traffic.ts';
