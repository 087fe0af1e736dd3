import { type Static, Type } from 'typebox';
import { type Context, emit, oneOf, transaction } from '../platform/index.ts';
import { channelNames, channelOfAlias, channels, protectedEverywhere, spelledOnce } from './policy.ts';
import { protectedAliasesOf, replaceProtectedAliases } from './policy-store.ts';

export const policySchema = Type.Object({
  channels: Type.Array(Type.Object({ name: oneOf(channelNames), protected: Type.Boolean() })),
  protectedAliases: Type.Array(Type.Object({ alias: Type.String(), everywhere: Type.Boolean() }), {
    description: 'They stand for prod. Those of everywhere cannot be taken away.',
  }),
});
export type Policy = Static<typeof policySchema>;

/** The channel that an alias stands for in a project. */
export async function channelOf(ctx: Context, projectId: string, alias: string) {
  return channelOfAlias(alias, (await protectedAliasesOf(ctx, [projectId])).get(projectId)!);
}

/** What holds in a project; without one, what holds everywhere. */
export async function policyOf(ctx: Context, projectId: string | null): Promise<Policy> {
  const own = projectId ? [...(await protectedAliasesOf(ctx, [projectId])).get(projectId)!] : [];
  return {
    channels: channelNames.map((name) => ({ name, protected: channels[name].protected })),
    protectedAliases: [
      ...protectedEverywhere.map((alias) => ({ alias, everywhere: true })),
      ...own.map((alias) => ({ alias, everywhere: false })),
    ],
  };
}

/** Protects aliases of a project besides those of everywhere. The right was asked by the route. */
export async function changePolicy(ctx: Context, projectId: string, aliases: readonly string[]): Promise<Policy> {
  const own = [...new Set(aliases.map(spelledOnce))].filter((alias) => !protectedEverywhere.includes(alias));
  return transaction(ctx, async (tx) => {
    await replaceProtectedAliases(tx, projectId, own);
    const policy = await policyOf(tx, projectId);
    await emit(tx, { verb: 'policy.changed', object: { type: 'policy', id: projectId, projectId }, data: policy });
    return policy;
  });
}
