/**
 * The floors of server/src, from top to bottom. A folder may import only what stands after its own floor; folders of one floor may not import
 * each other unless the floor lists them in order. `architecture.test.ts` holds the code to it.
 */
export const floors: readonly { name: string; folders: readonly string[] }[] = [
  { name: 'testing', folders: ['testing'] },
  { name: 'main', folders: ['main'] },
  { name: 'translate', folders: ['wires'] },
  { name: 'look', folders: ['views'] },
  { name: 'across', folders: ['provenance', 'retention', 'templates'] },
  { name: 'in production', folders: ['monitoring', 'abtests', 'apps', 'reports', 'deployments', 'predictions'] },
  { name: 'know', folders: ['features', 'registry'] },
  { name: 'work', folders: ['schedules', 'sweeps', 'pipelines', 'workspaces', 'jobs', 'traces', 'tracking'] },
  { name: 'needs', folders: ['environments', 'data', 'repos', 'artifacts', 'compute'] },
  { name: 'belongs', folders: ['projects', 'folders', 'budgets', 'policies', 'discussions', 'lineage'] },
  { name: 'who', folders: ['notifications', 'audit', 'people', 'access', 'secrets'] },
  { name: 'ground', folders: ['platform', 'kit'] },
];

/** Downward order of all folders; within a floor the list order counts, left above right. */
export const order: readonly string[] = floors.flatMap((floor) => floor.folders);
