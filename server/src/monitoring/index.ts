/**
 * Monitoring: what deployed models are asked and answer, against what they were trained on.
 * Deliberately not here: the prediction log, which keeps the rows (predictions/).
 */
export { benjaminiHochberg } from './statistics/false-discovery.ts';
