import type { Ref } from '../lineage/index.ts';
import type { Context } from '../platform/index.ts';
import { lockOpen, writeSubjectName } from './approval-store.ts';
import { withdraw } from './open-question.ts';

/** A deleted subject has no open questions any more. In the transaction of its deletion. */
export async function withdrawQuestions(tx: Context, subject: Ref): Promise<void> {
  for (const approval of await lockOpen(tx, subject, null)) await withdraw(tx, approval, 'It was deleted.');
}

/** A renamed subject is called by its new name in what was and is asked about it. */
export async function renameSubject(tx: Context, subject: Ref, name: string): Promise<void> {
  await writeSubjectName(tx, subject, name);
}
