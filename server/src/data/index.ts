/**
 * Datasets and their immutable snapshots: content-addressed files, schema and column statistics, named inputs of jobs.
 * Deliberately not here yet: data sources and the feature store; one's uploads are the only way in.
 */
export { addSnapshot, createDataset } from './create-snapshot.ts';
export { dataRoutes } from './data-routes.ts';
export { filesOf, findDataset, findDatasetByName, findSnapshot } from './dataset-store.ts';
export { extendTable } from './extend-table.ts';
export { inputVariable, materialiseSnapshot } from './materialise-snapshot.ts';
export { profileSnapshot } from './profile-snapshot.ts';
export { readTable, type Table, tablesOf } from './read-table.ts';
export { verifySnapshot } from './verify-snapshot.ts';
