import { Type } from 'typebox';
import { type AnyRoute, invalidField, Problem, route, transaction } from '../../platform/index.ts';
import { linkTracesToRun, recordSpans } from '../../traces/index.ts';
import { readBody } from '../read-body.ts';
import { projectInForce } from './messages.ts';
import { bodyHint, bodyLimitBytes, decodeRequest, type Form, readSpans, unpack } from './otlp.ts';

const forms: Record<string, Form> = {
  'application/x-protobuf': 'protobuf',
  'application/protobuf': 'protobuf',
  'application/json': 'json',
};

/** OpenTelemetry's door for spans. All of a request are kept, or none; the answer comes once they are in the database. */
export const otlpEndpoints: AnyRoute[] = [
  route({
    method: 'POST',
    path: '/v1/traces',
    operationId: 'otlp traces',
    summary: 'Export spans',
    permission: 'run.write',
    response: { 200: Type.Unknown() },
    produces: ['application/x-protobuf', 'application/json'],
    bodyLimitBytes,
    handler: async (ctx, { request, reply }) => {
      const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
      const form = Object.hasOwn(forms, type) ? forms[type]! : null;
      if (!form)
        throw new Problem(
          415,
          'unsupported-media-type',
          `Spans come as application/x-protobuf or application/json, not "${type.slice(0, 60)}".`,
        );
      const experiment = request.headers['x-mlflow-experiment-id'];
      if (typeof experiment !== 'string' || experiment === '')
        throw invalidField('x-mlflow-experiment-id', 'is missing; name the experiment of the spans in this header');
      const project = await projectInForce(ctx);
      const body = await unpack(await readBody(request, bodyLimitBytes, bodyHint), request.headers['content-encoding'], form);
      const { spans, facts } = readSpans(decodeRequest(body, form));
      const run = request.headers['x-mlflow-run-id'];
      await transaction(ctx, async (tx) => {
        await recordSpans(tx, project, experiment, spans, facts);
        if (typeof run === 'string' && run !== '' && facts.size > 0) await linkTracesToRun(tx, project, [...facts.keys()], run);
      });
      // An empty message is how success is written in protobuf.
      return form === 'json'
        ? reply.type('application/json').send('{}')
        : reply.type('application/x-protobuf').send(Buffer.alloc(0));
    },
  }),
];
