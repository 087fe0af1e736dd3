import { type Context, invalidField } from '../platform/index.ts';
import { insertEdges } from './lineage-store.ts';

/** The kinds of things that a ref can name; a ref is `<kind>:<id>`, the same in lineage, search, comments and watches. */
export const refKinds = [
  'project',
  'commit',
  'environment-revision',
  'snapshot',
  'job',
  'workspace',
  'run',
  'logged-model',
  'version',
  'deployment',
  'prediction',
  'reproduction',
  'approval',
  'alert',
] as const;
export type RefKind = (typeof refKinds)[number];
export type Ref = `${RefKind}:${string}`;

export const ref = (kind: RefKind, id: string): Ref => `${kind}:${id}`;

/** @throws 400 when the text is no ref */
export function parseRef(text: string, pointer: string): { kind: RefKind; id: string } {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon) as RefKind;
  const id = text.slice(colon + 1);
  if (colon < 1 || !refKinds.includes(kind) || id.length < 1 || id.length > 200) {
    throw invalidField(pointer, `is not a ref; write kind:id with a kind of ${refKinds.join(', ')}`);
  }
  return { kind, id };
}

/**
 * Records in the transaction of the change that `by` used or produced other things. Writing the same edge again changes nothing.
 *
 * @example await recordUse(tx, projectId, ref('job', job.id), [ref('snapshot', snapshot.id)])
 */
export async function recordUse(ctx: Context, projectId: string, by: Ref, used: readonly Ref[]): Promise<void> {
  await insertEdges(
    ctx,
    used.map((from) => ({ from, to: by, kind: 'used' as const, projectId })),
  );
}

export async function recordProduct(ctx: Context, projectId: string, by: Ref, produced: readonly Ref[]): Promise<void> {
  await insertEdges(
    ctx,
    produced.map((to) => ({ from: by, to, kind: 'produced' as const, projectId })),
  );
}
