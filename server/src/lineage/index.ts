/** Refs and the used/produced edges between immutable versions, written with the change. Nothing is ever updated or removed here. */
export { parseRef, type Ref, type RefKind, recordProduct, recordUse, ref, refKinds } from './lineage.ts';
export { lineageRoutes } from './lineage-routes.ts';
export { upstreamOf, usersOf } from './lineage-store.ts';
export { lineageSchema, readableLineage } from './readable-lineage.ts';
