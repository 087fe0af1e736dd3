import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, type Context, transaction } from '../../platform/index.ts';
import { type RefMove, recordMoves, repositoriesFolder } from '../../repos/index.ts';

/**
 * Which refs a push moved, told by git itself after it moved them: two pushes at once cannot be taken for each other, and when this server dies
 * between the push and its record, the note stays and the next push makes good for it.
 */
const hook = `#!/bin/sh
{ printf '%s\\n' "$PLINTH_PUSH_ACTOR"; cat; } > "$PLINTH_PUSH_NOTE.part" && exec mv "$PLINTH_PUSH_NOTE.part" "$PLINTH_PUSH_NOTE"
`;

const notesFolder = (repository: string): string => join(repository, 'plinth-pushes');
const leftAfterSeconds = 600;

export interface Push {
  config: Record<string, string>;
  environment: Record<string, string>;
  /** Writes the events of what moved; nothing when nothing did. */
  record(): Promise<void>;
}

export async function preparePush(ctx: Context, projectId: string, repository: string): Promise<Push> {
  const hooks = await ensureHooks(ctx);
  const folder = notesFolder(repository);
  await mkdir(folder, { recursive: true });
  await recordLeft(ctx, projectId, repository);
  const note = join(folder, ctx.requestId);
  const { kind, id, name } = ctx.actor;
  return {
    config: { 'core.hooksPath': hooks },
    environment: { PLINTH_PUSH_NOTE: note, PLINTH_PUSH_ACTOR: JSON.stringify({ kind, id, name }) },
    record: () => recordNote(ctx, projectId, repository, note),
  };
}

/** The hook lies in the state folder, not with the code, which may have lost its mode on the way here. Its name changes with its text. */
async function ensureHooks(ctx: Context): Promise<string> {
  const folder = join(repositoriesFolder(ctx.platform.config), 'hooks-1');
  const file = join(folder, 'post-receive');
  try {
    await access(file);
  } catch {
    await mkdir(folder, { recursive: true });
    const part = `${file}.${ctx.requestId}`;
    await writeFile(part, hook, { mode: 0o755 });
    await rename(part, file);
  }
  return folder;
}

async function recordNote(ctx: Context, projectId: string, repository: string, note: string): Promise<void> {
  const text = await readFile(note, 'utf8').catch(() => null);
  if (text === null) return;
  const moves = movesOf(text);
  await transaction(ctx, (tx) => recordMoves(tx, projectId, repository, moves));
  await rm(note, { force: true });
}

async function recordLeft(ctx: Context, projectId: string, repository: string): Promise<void> {
  const folder = notesFolder(repository);
  for (const name of await readdir(folder)) {
    const note = join(folder, name);
    const facts = await stat(note).catch(() => null);
    if (!facts || name.endsWith('.part') || Date.now() - facts.mtimeMs < leftAfterSeconds * 1000) continue;
    const text = await readFile(note, 'utf8').catch(() => null);
    if (text === null) continue;
    const actor = JSON.parse(text.slice(0, text.indexOf('\n'))) as Pick<Actor, 'kind' | 'id' | 'name'>;
    await recordNote({ ...ctx, actor: { ...actor, subjectIds: [actor.id] } }, projectId, repository, note);
  }
}

const nothing = /^0+$/;

/** The lines after the first: `<before> <after> <ref>`. */
function movesOf(text: string): RefMove[] {
  return text
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = '', ref = ''] = line.split(' ');
      return { ref, before: nothing.test(before) ? null : before, after: nothing.test(after) ? null : after };
    });
}
