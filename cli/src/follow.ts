import { readMessages } from '@plinth/sdk';
import type { Session } from './session.ts';

/** Writes a log as it comes until it ends; goes on where it was after a broken connection. */
export async function follow(
  session: Session,
  id: string,
  kind: 'jobs' | 'workloads' = 'jobs',
  out: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  let offset = '';
  for (;;) {
    const response = await session.client.fetch(`/api/v1/${kind}/${encodeURIComponent(id)}/logs?follow=true`, {
      headers: offset ? { 'last-event-id': offset } : {},
    });
    for await (const message of readMessages(response)) {
      if (message.event === 'end') return;
      offset = message.id;
      out.write(message.data);
    }
  }
}
