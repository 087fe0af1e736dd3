/**
 * The type of every table, put together from the modules: each `*-store.ts` adds its own by
 * `declare module '../platform/index.ts' { interface Tables { … } }`, so that a query on a table is typed and the table still has one owner.
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules merge their tables into it
export interface Tables {}
