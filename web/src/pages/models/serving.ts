import type { Output } from '@plinth/sdk';
import { useCall, useCallIf } from '../../api.ts';

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

/** What the deployments of a project, or of all that one may see, serve now; undefined until it is known. */
export function useServing(project?: string): Serving[] | undefined {
  const own = useCallIf(project !== undefined, 'listProjectDeployments', { project: project ?? '', limit: 1000 });
  const all = useCallIf(project === undefined, 'listDeployments', { limit: 1000 });
  return (project === undefined ? all : own).data?.items.flatMap(servingOf);
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
