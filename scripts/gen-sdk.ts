interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  description?: string;
}

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; required: boolean; schema: Schema; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** TypeScript for every operation of an OpenAPI document: its input, its answer, and the table by which the client calls it. */
export function sdkSource(document: object): string {
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  const types: string[] = [];
  const table: string[] = [];
  const operations = Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    )
    .sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1));
  for (const { path, method, operation } of operations) {
    const { operationId } = operation;
    const parameters = operation.parameters ?? [];
    const of = (place: string) => parameters.filter((parameter) => parameter.in === place);
    const body = operation.requestBody?.content['application/json']?.schema;
    const bodyKind = body ? 'json' : operation.requestBody ? 'raw' : 'none';
    const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
    const answer = success?.[1].content?.['application/json']?.schema;
    const kind = answer ? 'json' : success?.[1].content ? 'stream' : 'none';
    const input = [
      ...of('path').map((parameter) => `${name(parameter.name)}: string`),
      ...of('query').map((parameter) => `${name(parameter.name)}${parameter.required ? '' : '?'}: ${typeOf(parameter.schema)}`),
      ...(body ? [`body: ${typeOf(body)}`] : bodyKind === 'raw' ? ['body: BodyInit'] : []),
    ];
    types.push(
      `  /** ${operation.summary} */`,
      `  ${operationId}: { input: ${input.length > 0 ? `{ ${input.join('; ')} }` : 'Record<never, never>'}; output: ${answer ? typeOf(answer) : kind === 'stream' ? 'Response' : 'void'} };`,
    );
    const pathNames = of('path').map((parameter) => parameter.name);
    const queryNames = of('query').map((parameter) => parameter.name);
    table.push(
      `  ${operationId}: { method: '${method}', path: '${path}', inPath: ${words(pathNames)}, inQuery: ${words(queryNames)}, body: '${bodyKind}', answer: '${kind}' },`,
    );
  }
  return `// Generated from openapi.json by \`npm run gen\`. Do not edit.

/** Input and output of every operation of the API, by operationId. */
export interface Operations {
${types.join('\n')}
}

export interface OperationEntry {
  method: string;
  path: string;
  inPath: readonly string[];
  inQuery: readonly string[];
  body: 'json' | 'raw' | 'none';
  answer: 'json' | 'stream' | 'none';
}

export const operations: { readonly [K in keyof Operations]: OperationEntry } = {
${table.join('\n')}
};
`;
}

const words = (names: string[]): string => `[${names.map((word) => `'${word}'`).join(', ')}]`;

const name = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return [...new Set(union.map(typeOf))].map((text) => (text.includes('=>') ? `(${text})` : text)).join(' | ');
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(' | ');
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return schema.items ? `Array<${typeOf(schema.items)}>` : 'unknown[]';
    case 'object':
      return objectOf(schema);
    default:
      return 'unknown';
  }
}

function objectOf(schema: Schema): string {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([key, value]) => `${name(key)}${required.has(key) ? '' : '?'}: ${typeOf(value)}`,
  );
  if (members.length > 0) return `{ ${members.join('; ')} }`;
  const values = schema.patternProperties
    ? Object.values(schema.patternProperties)[0]
    : typeof schema.additionalProperties === 'object'
      ? schema.additionalProperties
      : null;
  return values ? `Record<string, ${typeOf(values)}>` : 'Record<string, unknown>';
}
