/** Builds the whole from its modules: order of start and stop, all routes, all wires, all listeners, all kinds of workload. */
export { type App, startApp } from './app.ts';
export { routes } from './routes.ts';
