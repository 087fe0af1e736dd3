/** Where a version can be made to serve; `protected` ones are entered through an approval only. */
export const channels = {
  /** Open: to try it, with consumers who know. */
  beta: { protected: false },
  /** What others rely on. */
  prod: { protected: true },
} as const satisfies Record<string, { protected: boolean }>;

export type Channel = keyof typeof channels;

export const channelNames = Object.keys(channels) as readonly Channel[];
export const isProtected = (channel: Channel): boolean => channels[channel].protected;

/** Names under which programs take what is in production, in every project: whoever moves one of them changes what is served. */
export const protectedEverywhere: readonly string[] = ['prod', 'production', 'champion'];

/** However an alias is spelled, capitals, spaces and wide letters make no other door. */
export const spelledOnce = (alias: string): string => alias.normalize('NFKC').trim().toLowerCase();

/** The channel that an alias stands for. `own`: what its project protects besides, spelled once. */
export function channelOfAlias(alias: string, own: ReadonlySet<string>): Channel {
  const name = spelledOnce(alias);
  return protectedEverywhere.includes(name) || own.has(name) ? 'prod' : 'beta';
}
