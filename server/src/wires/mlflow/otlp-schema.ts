import { create, createFileRegistry, type DescMessage, type Message } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Type as Kind,
  FieldDescriptorProto_Label as Label,
} from '@bufbuild/protobuf/wkt';

/**
 * The messages of OTLP for traces, as its specification numbers their fields. What a newer specification adds is kept in the bytes of a span
 * and given out again, though nobody here reads it.
 */
const scope = '.plinth.otlp';
const kinds = {
  text: Kind.STRING,
  bytes: Kind.BYTES,
  flag: Kind.BOOL,
  whole: Kind.INT64,
  double: Kind.DOUBLE,
  count: Kind.UINT32,
  flags: Kind.FIXED32,
  time: Kind.FIXED64,
} as const;

/** Number and kind: a scalar by its name, a message by its own; `[]` behind it for lists, `?` for one of a choice. */
const messages: Record<string, Record<string, [number, string]>> = {
  ExportTraceServiceRequest: { resource_spans: [1, 'ResourceSpans[]'] },
  ResourceSpans: { resource: [1, 'Resource'], scope_spans: [2, 'ScopeSpans[]'], schema_url: [3, 'text'] },
  Resource: { attributes: [1, 'KeyValue[]'], dropped_attributes_count: [2, 'count'] },
  ScopeSpans: { scope: [1, 'InstrumentationScope'], spans: [2, 'Span[]'], schema_url: [3, 'text'] },
  InstrumentationScope: {
    name: [1, 'text'],
    version: [2, 'text'],
    attributes: [3, 'KeyValue[]'],
    dropped_attributes_count: [4, 'count'],
  },
  Span: {
    trace_id: [1, 'bytes'],
    span_id: [2, 'bytes'],
    trace_state: [3, 'text'],
    parent_span_id: [4, 'bytes'],
    name: [5, 'text'],
    kind: [6, 'SpanKind'],
    start_time_unix_nano: [7, 'time'],
    end_time_unix_nano: [8, 'time'],
    attributes: [9, 'KeyValue[]'],
    dropped_attributes_count: [10, 'count'],
    events: [11, 'Event[]'],
    dropped_events_count: [12, 'count'],
    links: [13, 'Link[]'],
    dropped_links_count: [14, 'count'],
    status: [15, 'Status'],
    flags: [16, 'flags'],
  },
  Event: {
    time_unix_nano: [1, 'time'],
    name: [2, 'text'],
    attributes: [3, 'KeyValue[]'],
    dropped_attributes_count: [4, 'count'],
  },
  Link: {
    trace_id: [1, 'bytes'],
    span_id: [2, 'bytes'],
    trace_state: [3, 'text'],
    attributes: [4, 'KeyValue[]'],
    dropped_attributes_count: [5, 'count'],
    flags: [6, 'flags'],
  },
  Status: { message: [2, 'text'], code: [3, 'StatusCode'] },
  KeyValue: { key: [1, 'text'], value: [2, 'AnyValue'] },
  AnyValue: {
    string_value: [1, 'text?'],
    bool_value: [2, 'flag?'],
    int_value: [3, 'whole?'],
    double_value: [4, 'double?'],
    array_value: [5, 'ArrayValue?'],
    kvlist_value: [6, 'KeyValueList?'],
    bytes_value: [7, 'bytes?'],
  },
  ArrayValue: { values: [1, 'AnyValue[]'] },
  KeyValueList: { values: [1, 'KeyValue[]'] },
};
const enums: Record<string, string[]> = {
  SpanKind: [
    'SPAN_KIND_UNSPECIFIED',
    'SPAN_KIND_INTERNAL',
    'SPAN_KIND_SERVER',
    'SPAN_KIND_CLIENT',
    'SPAN_KIND_PRODUCER',
    'SPAN_KIND_CONSUMER',
  ],
  StatusCode: ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
};

const jsonNameOf = (name: string): string => name.replaceAll(/_(\w)/g, (_whole, letter: string) => letter.toUpperCase());

function fieldOf([name, [number, told]]: [string, [number, string]]) {
  const kind = told.replace(/\[\]|\?/, '');
  const scalar = Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : undefined;
  return {
    name,
    number,
    jsonName: jsonNameOf(name),
    label: told.endsWith('[]') ? Label.REPEATED : Label.OPTIONAL,
    type: scalar ?? (Object.hasOwn(enums, kind) ? Kind.ENUM : Kind.MESSAGE),
    ...(scalar ? {} : { typeName: `${scope}.${kind}` }),
    ...(told.endsWith('?') ? { oneofIndex: 0 } : {}),
  };
}

const file = create(FileDescriptorProtoSchema, {
  name: 'otlp.proto',
  package: scope.slice(1),
  syntax: 'proto3',
  messageType: Object.entries(messages).map(([name, fields]) => ({
    name,
    field: Object.entries(fields).map(fieldOf),
    oneofDecl: Object.values(fields).some(([, told]) => told.endsWith('?')) ? [{ name: 'value' }] : [],
  })),
  enumType: Object.entries(enums).map(([name, values]) => ({
    name,
    value: values.map((value, number) => ({ name: value, number })),
  })),
});
const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));

function schemaOf(name: string): DescMessage {
  const schema = registry.getMessage(`${scope.slice(1)}.${name}`);
  if (!schema) throw new Error(`OTLP has no message ${name}`);
  return schema;
}

export const requestSchema = schemaOf('ExportTraceServiceRequest');
export const spanSchema = schemaOf('Span');

/** The messages as the library hands them over. */
export interface OtlpValue extends Message {
  value:
    | { case: 'stringValue'; value: string }
    | { case: 'boolValue'; value: boolean }
    | { case: 'intValue'; value: bigint }
    | { case: 'doubleValue'; value: number }
    | { case: 'arrayValue'; value: { values: OtlpValue[] } }
    | { case: 'kvlistValue'; value: { values: OtlpPair[] } }
    | { case: 'bytesValue'; value: Uint8Array }
    | { case: undefined; value?: undefined };
}
export interface OtlpPair {
  key: string;
  value?: OtlpValue;
}
export interface OtlpSpan extends Message {
  traceId: Uint8Array;
  spanId: Uint8Array;
  parentSpanId: Uint8Array;
  name: string;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: OtlpPair[];
  events: { name: string; timeUnixNano: bigint; attributes: OtlpPair[] }[];
  links: unknown[];
  status?: { code: number; message: string };
}
export interface OtlpRequest extends Message {
  resourceSpans: { resource?: { attributes: OtlpPair[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}
