import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { type DescMessage, fromBinary, fromJson, type JsonValue, toBinary, toJson } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { invalidField, Problem } from '../../platform/index.ts';
import { type RootFacts, type Span, traceLimits } from '../../traces/index.ts';
import { bodyTooLarge } from '../read-body.ts';
import { type OtlpPair, type OtlpRequest, type OtlpSpan, type OtlpValue, requestSchema, spanSchema } from './otlp-schema.ts';

export type Form = 'json' | 'protobuf';

export const bodyLimitBytes = 16 * 1024 * 1024;
/** What JSON says in a byte or two takes far more room once it is read. */
const unpackedLimitBytes: Record<Form, number> = { json: 16 * 1024 * 1024, protobuf: 64 * 1024 * 1024 };
/** Messages within messages of one request, counted before any is made: two bytes of it make an object of hundreds. */
const mostMessages = 500_000;
const deepest = 64;
export const bodyHint = 'Send the spans in several requests.';

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

/** A body as it was before it was packed, up to a limit whatever it claims. */
export async function unpack(body: Buffer, encoding: string | undefined, form: Form): Promise<Buffer> {
  const limit = unpackedLimitBytes[form];
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  if (name !== 'gzip' && name !== 'deflate')
    throw new Problem(415, 'unsupported-media-type', `Bodies packed by "${name.slice(0, 40)}" are not taken; use gzip or none.`);
  try {
    return await unpackers[name](body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(limit, bodyHint);
    throw invalidField('body', `is no ${name}`);
  }
}

/** @param form `json`, which writes ids in hexadecimal digits, or `protobuf` */
export function decodeRequest(body: Buffer, form: Form): OtlpRequest {
  try {
    if (form === 'protobuf') {
      countMessages(requestSchema, new BinaryReader(body), body.length, new Counter());
      return fromBinary(requestSchema, body) as OtlpRequest;
    }
    const told = JSON.parse(body.toString('utf8')) as JsonValue;
    return fromJson(requestSchema, inProtobufForm(told, '', new Counter()), { ignoreUnknownFields: true }) as OtlpRequest;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw invalidField('body', `is no export request of OTLP in ${form === 'json' ? 'JSON' : 'protobuf'}`);
  }
}

class Counter {
  #count = 0;

  add(depth: number): void {
    this.#count += 1;
    if (depth > deepest) throw invalidField('body', `is more than ${deepest} levels deep`);
    if (this.#count > mostMessages)
      throw new Problem(413, 'too-many-values', `A request may hold ${mostMessages} values. ${bodyHint}`);
  }
}

/** Goes over the bytes by the library's reader, without making anything. */
function countMessages(schema: DescMessage, reader: BinaryReader, end: number, counter: Counter, depth = 0): void {
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = schema.fields.find((one) => one.number === number);
    if (!field?.message || wireType !== WireType.LengthDelimited) reader.skip(wireType, number);
    else {
      counter.add(depth);
      const length = reader.uint32();
      countMessages(field.message, reader, reader.pos + length, counter, depth + 1);
    }
  }
}

const idFields = new Set(['traceId', 'spanId', 'parentSpanId', 'trace_id', 'span_id', 'parent_span_id']);

/** OTLP writes ids in hexadecimal digits where protobuf's JSON has base64. */
function inProtobufForm(value: JsonValue, name: string, counter: Counter, depth = 0): JsonValue {
  if (typeof value === 'string' && idFields.has(name)) {
    if (!/^([0-9a-f]{2})*$/i.test(value)) throw new Error('no id');
    return Buffer.from(value, 'hex').toString('base64');
  }
  if (value === null || typeof value !== 'object') return value;
  // A message of protobuf is an object here, or a list and an object.
  counter.add(depth / 2);
  if (Array.isArray(value)) return value.map((one) => inProtobufForm(one, '', counter, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inProtobufForm(one, key, counter, depth + 1)]));
}

export interface Told {
  spans: Span[];
  /** By trace, for those whose root is among the spans. */
  facts: Map<string, RootFacts>;
}

/** The spans of a request, each checked; one that is wrong refuses all. */
export function readSpans(request: OtlpRequest): Told {
  const spans: Span[] = [];
  const facts = new Map<string, RootFacts>();
  for (const { scopeSpans } of request.resourceSpans)
    for (const one of scopeSpans)
      for (const given of one.spans) {
        if (spans.length >= traceLimits.spansAtOnce)
          throw invalidField('spans', `are more than ${traceLimits.spansAtOnce} in one request; send them in several`);
        const { span, root } = readSpan(given, `spans[${spans.length}]`);
        spans.push(span);
        if (root) facts.set(span.traceId, root);
      }
  if (spans.length === 0) throw invalidField('spans', 'has none; there is nothing to keep');
  return { spans, facts };
}

const statuses = ['unset', 'ok', 'error'] as const;
const latest = 2n ** 63n - 1n;

function readSpan(given: OtlpSpan, pointer: string): { span: Span; root: RootFacts | null } {
  const idOf = (bytes: Uint8Array, length: number, name: string): string => {
    if (bytes.length !== length || bytes.every((byte) => byte === 0))
      throw invalidField(`${pointer}.${name}`, `must be ${length} bytes, not all zero`);
    return Buffer.from(bytes).toString('hex');
  };
  if (given.attributes.length > traceLimits.attributes)
    throw invalidField(`${pointer}.attributes`, `are ${given.attributes.length}; at most ${traceLimits.attributes} are taken`);
  if (given.startTimeUnixNano > latest || given.endTimeUnixNano > latest)
    throw invalidField(`${pointer}.start_time_unix_nano`, 'is beyond the year 2262');
  const message = toBinary(spanSchema, given);
  if (message.length > traceLimits.spanBytes)
    throw invalidField(
      pointer,
      `has ${message.length} bytes; at most ${traceLimits.spanBytes} are taken, keep large values as artifacts`,
    );
  const attributes = record(given.attributes);
  const parentId = given.parentSpanId.length > 0 ? idOf(given.parentSpanId, 8, 'parent_span_id') : null;
  const type = attributes['mlflow.spanType'];
  const span: Span = {
    traceId: `tr-${idOf(given.traceId, 16, 'trace_id')}`,
    id: idOf(given.spanId, 8, 'span_id'),
    parentId,
    name: storable(given.name),
    type: typeof type === 'string' && type !== '' ? storable(type) : 'UNKNOWN',
    status: statuses[given.status?.code ?? 0] ?? 'unset',
    startTime: given.startTimeUnixNano,
    endTime: given.endTimeUnixNano === 0n ? null : given.endTimeUnixNano,
    content: {
      attributes,
      events: given.events.map((event) => ({ name: event.name, attributes: record(event.attributes) })),
    },
    message,
  };
  return { span, root: parentId === null ? rootFacts(span) : null };
}

/** Columns for search hold no NUL; the message itself is kept as it came. */
const storable = (text: string): string => text.replaceAll('\u0000', '\ufffd');
const written = (value: unknown): string => storable(typeof value === 'string' ? value : JSON.stringify(value));

/** What a root span tells of its trace when nobody else does: by the attributes that clients and OpenTelemetry's conventions have. */
function rootFacts({ name, content: { attributes } }: Span): RootFacts {
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const tag = /^mlflow\.traceTag\.(.{1,250})$/.exec(key)?.[1];
    if (tag) tags[storable(tag)] = written(value).slice(0, traceLimits.tagValue);
  }
  const metadata: Record<string, string> = {};
  const session = attributes['session.id'] ?? attributes['gen_ai.conversation.id'];
  if (session !== undefined) metadata['mlflow.trace.session'] = written(session).slice(0, 250);
  if (attributes['user.id'] !== undefined) metadata['mlflow.trace.user'] = written(attributes['user.id']).slice(0, 250);
  const preview = (key: string) =>
    attributes[key] === undefined || attributes[key] === null ? null : written(attributes[key]).slice(0, 1_000);
  return {
    name: name || null,
    requestPreview: preview('mlflow.spanInputs'),
    responsePreview: preview('mlflow.spanOutputs'),
    metadata,
    tags,
  };
}

/** Attributes as plain JSON, for search alone. */
function record(pairs: readonly OtlpPair[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: OtlpValue | undefined): unknown {
  const held = value?.value;
  switch (held?.case) {
    case 'arrayValue':
      return held.value.values.map(plain);
    case 'kvlistValue':
      return record(held.value.values);
    case 'intValue':
      return Number.isSafeInteger(Number(held.value)) ? Number(held.value) : String(held.value);
    case 'doubleValue':
      return Number.isFinite(held.value) ? held.value : String(held.value);
    case 'bytesValue':
      return Buffer.from(held.value).toString('base64');
    default:
      return held?.value ?? null;
  }
}

/** A span as clients read it: protobuf's own JSON. */
export const presentSpan = (message: Uint8Array): unknown =>
  toJson(spanSchema, fromBinary(spanSchema, message), { useProtoFieldName: true });
