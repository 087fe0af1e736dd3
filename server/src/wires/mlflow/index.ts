/**
 * MLflow's REST protocol for unchanged clients, at the root and under /mlflow/{project}, with both of its prefixes. It translates and owns no
 * tables. What is not offered answers NOT_IMPLEMENTED. OTLP's door for spans, which clients of MLflow use as well, stands here too.
 */
export { mlflowWire } from './mlflow-wire.ts';
