/**
 * MLflow's REST protocol for unchanged clients, at the root and under /mlflow/{project}, with both of its prefixes. It translates and owns no
 * tables. What is not offered answers NOT_IMPLEMENTED. The model registry comes with registry/.
 */
export { mlflowWire } from './mlflow-wire.ts';
