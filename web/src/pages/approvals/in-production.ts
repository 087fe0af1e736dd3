import { useCall } from '../../api.ts';

/**
 * The version of a model that production has now: the one that a protected channel of a deployment serves, else the one that a protected alias
 * names. Undefined until it is known, null where there is none.
 */
export function useInProduction(project: string, name: string): number | null | undefined {
  const model = useCall('getModel', { project, name });
  const deployments = useCall('listProjectDeployments', { project, limit: 1000 });
  if (!model.data || !deployments.data) return undefined;
  const served = deployments.data.items
    .flatMap((one) => one.channels)
    .filter((channel) => channel.protected && channel.serving?.model.name === name)
    .map((channel) => channel.serving!.model.version);
  return served[0] ?? model.data.aliases.find((one) => one.protected)?.version ?? null;
}
