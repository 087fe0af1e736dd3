/** Where a deployment stands. */
export const deploymentPath = (project: string, name: string): string => `/projects/${project}/deployments/${name}`;
