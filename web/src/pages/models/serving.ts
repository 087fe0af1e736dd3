import type { Output } from '@plinth/sdk';
import { useQuery } from '@tanstack/react-query';
import { call, useCall } from '../../api.ts';

type Deployment = Output<'listDeployments'>['items'][number];

/** A version that a channel of a deployment serves now. */
export interface Serving {
  project: string;
  deployment: string;
  channel: string;
  protected: boolean;
  model: string;
  version: number;
}

const minute = 60_000;

/**
 * What the deployments of a project, or of all that one may see, serve now; undefined until it is known. The answer holds the health of each
 * deployment, so it is asked once a minute and not at every event.
 */
export function useServing(project?: string): Serving[] | undefined {
  const { data } = useQuery({
    queryKey: ['serving', project],
    queryFn: () =>
      project === undefined ? call('listDeployments', { limit: 1000 }) : call('listProjectDeployments', { project, limit: 1000 }),
    meta: { still: true },
    staleTime: minute,
    refetchInterval: minute,
  });
  return data?.items.flatMap(servingOf);
}

const servingOf = (one: Deployment): Serving[] =>
  one.channels.flatMap((channel) =>
    channel.serving
      ? [
          {
            project: one.projectSlug,
            deployment: one.name,
            channel: channel.name,
            protected: channel.protected,
            model: channel.serving.model.name,
            version: channel.serving.model.version,
          },
        ]
      : [],
  );

/** The version of a model that production has: the one that a protected channel serves, else the one that a protected alias names. */
export function liveVersion(
  model: Pick<Output<'getModel'>, 'projectSlug' | 'name' | 'aliases'>,
  serving: readonly Serving[],
): number | undefined {
  const served = serving.find((one) => one.protected && one.project === model.projectSlug && one.model === model.name);
  return served?.version ?? model.aliases.find((one) => one.protected)?.version;
}

/** The same for one model; undefined until it is known, null where there is none. */
export function useInProduction(project: string, name: string): number | null | undefined {
  const model = useCall('getModel', { project, name });
  const serving = useServing(project);
  return model.data && serving && (liveVersion(model.data, serving) ?? null);
}
