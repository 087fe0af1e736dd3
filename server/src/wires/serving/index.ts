/**
 * What callers of a deployment speak: MLflow's scoring protocol and the Open Inference Protocol V2, at `/deployments/{name}` and under
 * `/channels/{channel}`. It translates addresses, headers and errors; bodies go to the model as they came. Owns no tables.
 */
export { servingWire } from './serving-wire.ts';
