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

/** Names under which programs take what is in production: whoever moves one of them changes what is served. */
export const protectedAliases: Readonly<Record<string, Channel>> = {
  prod: 'prod',
  production: 'prod',
  champion: 'prod',
};

/** The channel that an alias stands for, however it is spelled: capitals, spaces and wide letters make no other door. */
export function channelOfAlias(alias: string): Channel {
  return protectedAliases[alias.normalize('NFKC').trim().toLowerCase()] ?? 'beta';
}
