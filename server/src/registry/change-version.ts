import { sql } from 'kysely';
import { ref } from '../lineage/index.ts';
import { type Context, transaction } from '../platform/index.ts';
import { requireApproval, withdrawQuestions } from '../policies/index.ts';
import { mergeTags, modelGone } from './model.ts';
import { lockModel, updateModel, writeAlias } from './model-store.ts';
import { openVersion } from './open-model.ts';
import { tell } from './rehearsal.ts';
import { channelOfStage, type Stage, type VersionRow, versionGone, versionObject } from './version.ts';
import { findVersion, findVersionByNumber, updateVersion, versionsWhere } from './version-store.ts';
import { versionSubject } from './version-subject.ts';

export interface VersionChange {
  description?: string;
  /** Merged into what is there; null takes one away. */
  tags?: Record<string, string | null>;
}

/** Changes the words about a version; its files never change. */
export async function changeVersion(
  ctx: Context,
  project: string,
  name: string,
  number: number | string,
  change: VersionChange,
  check: (before: VersionRow) => void = () => {},
): Promise<VersionRow> {
  return withVersion(ctx, project, name, number, async (tx, before) => {
    check(before);
    const tags = mergeTags(before.tags, change.tags);
    await updateVersion(tx, before.id, {
      tags,
      ...(change.description === undefined ? {} : { description: change.description }),
    });
    return changed(tx, before.id, 'version.changed');
  });
}

/** Says where a version stands, as older clients do. What counts as production is entered through the gate only. */
export async function changeStage(
  ctx: Context,
  project: string,
  name: string,
  number: number | string,
  stage: Stage,
  options: { archiveOthers: boolean },
): Promise<VersionRow> {
  return withVersion(ctx, project, name, number, async (tx, before) => {
    if (!before.rehearsalOf) await requireApproval(tx, await versionSubject(tx, before), channelOfStage(stage));
    if (options.archiveOthers) {
      const others = await versionsWhere(tx, {
        where: [
          sql`model_versions.model_id = ${before.modelId} and model_versions.stage = ${stage} and model_versions.id != ${before.id}`,
        ],
        order: [sql`model_versions.number`],
        limit: 100_000,
      });
      for (const other of others) {
        await updateVersion(tx, other.id, { stage: 'archived' });
        await changed(tx, other.id, 'version.stage-changed');
      }
    }
    await updateVersion(tx, before.id, { stage });
    return changed(tx, before.id, 'version.stage-changed');
  });
}

/** Takes a version out of use: its aliases go, open questions about it are withdrawn, its number is never given again. */
export async function deleteVersion(ctx: Context, project: string, name: string, number: number | string): Promise<void> {
  await withVersion(ctx, project, name, number, async (tx, before) => {
    for (const alias of before.aliases)
      await writeAlias(tx, { modelId: before.modelId, alias, from: before.id, to: null, approvalId: null });
    await withdrawQuestions(tx, ref('version', before.id));
    await updateVersion(tx, before.id, { state: 'deleted' });
    return changed(tx, before.id, 'version.deleted');
  });
}

async function withVersion(
  ctx: Context,
  project: string,
  name: string,
  number: number | string,
  work: (tx: Context, before: VersionRow) => Promise<VersionRow>,
): Promise<VersionRow> {
  const asked = await openVersion(ctx, project, name, number, 'model.write', { forWork: true });
  return transaction(ctx, async (tx) => {
    if (!(await lockModel(tx, asked.modelId))) throw modelGone(name);
    const before = await findVersionByNumber(tx, asked.modelId, asked.number);
    if (!before) throw versionGone(name, number);
    const after = await work(tx, before);
    await updateModel(tx, asked.modelId, {});
    return after;
  });
}

async function changed(tx: Context, id: string, verb: string): Promise<VersionRow> {
  const after = (await findVersion(tx, id))!;
  await tell(tx, after.rehearsalOf, { verb, object: versionObject(after), data: after });
  return after;
}
