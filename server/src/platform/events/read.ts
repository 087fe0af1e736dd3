import type { Selectable } from 'kysely';
import type { EventTable, SealedEvent } from './event.ts';

export const sealedColumns = [
  'sequence',
  'time',
  'actorKind',
  'actorId',
  'actorName',
  'verb',
  'objectType',
  'objectId',
  'projectId',
  'requestId',
  'payload',
] as const;

/** A row of `events` as the world sees it. */
export function presentEvent(row: Pick<Selectable<EventTable>, (typeof sealedColumns)[number]>): SealedEvent {
  return {
    sequence: row.sequence!,
    time: row.time,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    verb: row.verb,
    object: { type: row.objectType, id: row.objectId, projectId: row.projectId },
    requestId: row.requestId,
    // The driver has parsed the JSON column already.
    data: row.payload as unknown,
  };
}
