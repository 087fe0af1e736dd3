import { sha256 } from '../kit/digest.ts';
import { newId, newSecret } from '../kit/ids.ts';
import type { Context } from '../platform/index.ts';
import { insertToken } from './people-store.ts';

export interface NewToken {
  ownerId: string;
  name: string;
  kind: 'personal' | 'service-account' | 'workload' | 'start';
  /** At most this project. */
  projectId?: string | null;
  /** At most these actions. */
  actions?: string[] | null;
  workloadId?: string | null;
  expiresAt?: string | null;
  /** A secret that the administrator chose; otherwise 256 random bits. */
  secret?: string;
}

/** Stores a token as a hash. @returns the secret, to be shown once */
export async function makeToken(ctx: Context, input: NewToken): Promise<{ id: string; token: string }> {
  const id = newId('tok');
  const token = input.secret ?? newSecret('pln_');
  await insertToken(ctx, {
    id,
    name: input.name,
    ownerId: input.ownerId,
    hash: sha256(token),
    kind: input.kind,
    projectId: input.projectId ?? null,
    actions: input.actions ?? null,
    workloadId: input.workloadId ?? null,
    expiresAt: input.expiresAt ?? null,
  });
  return { id, token };
}
