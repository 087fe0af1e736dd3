/**
 * The TypeScript client of Plinth, for Node and browsers, generated from openapi.json.
 *
 * @example
 * const plinth = createClient({ url: 'http://127.0.0.1:8640', token: process.env.PLINTH_TOKEN });
 * const { items } = await plinth.call('listProjects', { limit: 10 });
 */
export { type Client, type ClientOptions, createClient, type Input, type Output } from './client.ts';
export { followEvents, type PlinthEvent, readMessages, type ServerSentMessage } from './events.ts';
export { type OperationEntry, type Operations, operations } from './operations.generated.ts';
export { ApiProblem, NetworkProblem } from './problem.ts';
