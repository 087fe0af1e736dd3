/**
 * The ground: database, events, blobs, HTTP, background work, configuration. It knows no noun of the product.
 * Deliberately not here: who may do what (access/), and any emitter of facts in memory: a fact is an event row.
 */
export {
  BlobCorruptError,
  type BlobInfo,
  BlobMissingError,
  type BlobStore,
  type ByteRange,
  DigestMismatchError,
  keyOf,
  mostParts,
  PartMissingError,
  type UploadedPart,
} from './blobs/blob-store.ts';
export { folderBlobStore, streamOf } from './blobs/folder-blob-store.ts';
export { checkBlobs, openBlobStore } from './blobs/open-blob-store.ts';
export { layOutBlob } from './blobs/verifying.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Config, ConfigError, findCheckout, readConfig, settings } from './config.ts';
export {
  type Actor,
  anonymousActor,
  type Context,
  ownTransaction,
  type Platform,
  readTogether,
  systemActor,
  systemContext,
  transaction,
} from './context.ts';
export { type Connection, type Database, type OpenDatabase, openDatabase } from './database/database.ts';
export { listenForSignals, type Signals } from './database/listen.ts';
export { migrate, migrationsFolder } from './database/migrate.ts';
export type { Tables } from './database/tables.ts';
export { checkTarget, type EgressOptions, type EgressResponse, egressFetch, type Target } from './egress/index.ts';
export { emit, type NewEvent, type SealedEvent, sealedChannel } from './events/event.ts';
export { type Listener, startListeners } from './events/listeners.ts';
export { presentEvent, sealedColumns } from './events/read.ts';
export { sealEvents, startSealer } from './events/sealer.ts';
export { type Verification, verifyEvents } from './events/verify.ts';
export { checkIfMatch, editionOf, etag } from './http/etag.ts';
export { type EventStream, openEventStream } from './http/event-stream.ts';
export { hostKind } from './http/hosts.ts';
export { openApiDocument } from './http/openapi.ts';
export { OutgoingBlob } from './http/outgoing-blob.ts';
export { decodeCursor, encodeCursor, page, pageOf, pageQuery } from './http/paging.ts';
export { asProblem } from './http/problems.ts';
export { parseRange } from './http/range.ts';
export { type AnyRoute, type Input, type RouteDefinition, route, type Wire } from './http/route.ts';
export { nullable, nullableTimestamp, oneOf, pathId, timestamp } from './http/schemas.ts';
export { type Authenticate, buildServer, contextOf } from './http/server.ts';
export {
  compare,
  cursorAfter,
  defineList,
  defineShortList,
  type Field,
  fields,
  filterFault,
  keyValues,
  type List,
  type ListQuery,
  orderOf,
  type Page,
  parseFilter,
  readCursor,
  readKeyset,
  readPage,
  readShortList,
  rowsAfter,
  type SortKey,
  type Term,
} from './lists/index.ts';
export { type Logger, makeLog } from './log.ts';
export {
  conflict,
  type FieldError,
  forbiddenHere,
  invalidField,
  notFound,
  Problem,
  presentProblem,
  unavailable,
} from './problem.ts';
export { currentBootId, identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';
export { deadAfterSeconds, hostId, registerProcess, type ServerProcess } from './processes.ts';
export { Refusal } from './refusal.ts';
export { countRefusal } from './refusals.ts';
export { SealError, seal, unseal } from './seal.ts';
export { sharedFolder } from './shared-folder.ts';
export { enqueue, migrateTasks, startTasks, type Task } from './tasks.ts';
export { counter, gauge, metrics } from './telemetry.ts';
