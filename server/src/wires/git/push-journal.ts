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
  const { moves } = noteOf(text)!;
  await transaction(ctx, (tx) => recordMoves(tx, projectId, repository, moves));
  await rm(note, { force: true });
}

async function recordLeft(ctx: Context, projectId: string, repository: string): Promise<void> {
  const folder = notesFolder(repository);
  for (const name of await readdir(folder)) {
    const note = join(folder, name);
    const facts = await stat(note).catch(() => null);
    if (!facts || /\.(part|unreadable)$/.test(name) || Date.now() - facts.mtimeMs < leftAfterSeconds * 1000) continue;
    const text = await readFile(note, 'utf8').catch(() => null);
    if (text === null) continue;
    const read = noteOf(text);
    if (!read) {
      // A machine that lost its power leaves such: it is kept for people to look at, and no push waits for them.
      ctx.log.warn({ note }, 'a note of a push cannot be read');
      await rename(note, `${note}.unreadable`).catch(() => {});
      continue;
    }
    await recordNote({ ...ctx, actor: { ...read.actor, subjectIds: [read.actor.id] } }, projectId, repository, note);
  }
}

const nothing = /^0+$/;

type Pusher = Pick<Actor, 'kind' | 'id' | 'name'>;

/** Who pushed, and below it lines of `<before> <after> <ref>`. Null for what is not a whole note. */
function noteOf(text: string): { actor: Pusher; moves: RefMove[] } | null {
  const [first = '', ...lines] = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0) return null;
  const moves = lines.map((line) => {
    const [before = '', after = '', ref = ''] = line.split(' ');
    return { ref, before: nothing.test(before) ? null : before, after: nothing.test(after) ? null : after };
  });
  try {
    return { actor: JSON.parse(first) as Pusher, moves };
  } catch {
    return null;
  }
}
