import { auditRoutes } from '../audit/index.ts';
import { lineageRoutes } from '../lineage/index.ts';
import type { AnyRoute } from '../platform/index.ts';
import { projectRoutes } from '../projects/index.ts';
import { documentRoute } from './probes.ts';

/** Every route of our own API, by module from the ground up. */
export const routes: AnyRoute[] = [documentRoute(() => routes), ...auditRoutes, ...projectRoutes, ...lineageRoutes];
