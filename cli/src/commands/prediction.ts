import { readFileSync } from 'node:fs';
import type { Output } from '@plinth/sdk';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, note, printObject, write } from '../output.ts';
import { listVerb, verb } from '../verbs.ts';

interface PredictOptions {
  channel?: 'beta' | 'prod';
  file?: string;
  csv?: boolean;
  v2?: boolean;
}

/** Asking deployments, what they answered, and where an answer came from. */
export function predictionCommands(program: Command): void {
  verb<[string, string | undefined], PredictOptions>(
    program,
    'predict <deployment> [body]',
    'call a deployment with a JSON body, a file, or standard input',
    async ({ args: [name, body], options, session }) => {
      const content = body ?? readBody(options.file);
      const csv = options.csv ?? options.file?.endsWith('.csv') ?? false;
      const channel = options.channel ? `/channels/${options.channel}` : '';
      const deployment = encodeURIComponent(name);
      const at = `/deployments/${deployment}${channel}${options.v2 ? `/v2/models/${deployment}/infer` : '/invocations'}`;
      const response = await session.client.fetch(at, {
        method: 'POST',
        headers: { 'content-type': csv ? 'text/csv' : 'application/json' },
        body: content,
      });
      const answer = (await response.text()).trimEnd();
      const predictionId = response.headers.get('x-plinth-prediction-id');
      const model = response.headers.get('x-plinth-model');
      if (!options.json) {
        note(`${predictionId} by ${model}`);
        return write(answer);
      }
      const told = {
        predictionId,
        model,
        channel: response.headers.get('x-plinth-channel'),
        revisionId: response.headers.get('x-plinth-revision-id'),
        answer: parsed(answer),
      };
      printObject(told, options);
    },
    [
      ['--channel <channel>', 'beta or prod, past the split of the plain address'],
      ['--file <path>', 'read the body from a file'],
      ['--csv', 'the body is CSV'],
      ['--v2', 'the body is a request of the Open Inference Protocol'],
    ],
  );

  const prediction = program.command('prediction').description('what deployments answered');
  listVerb<'listDeploymentPredictions', { channel?: 'beta' | 'prod'; failed?: boolean }>(prediction, {
    usage: 'list <deployment>',
    about: 'newest first',
    operation: 'listDeploymentPredictions',
    input: ({ args: [deployment = ''], options }) => ({
      deployment,
      ...(options.channel ? { channel: options.channel } : {}),
      ...(options.failed ? { failed: true } : {}),
    }),
    columns: [
      { title: 'id', value: (row) => row.id },
      { title: 'channel', value: (row) => row.channel },
      { title: 'status', value: (row) => row.status },
      { title: 'rows', value: (row) => row.rowCount },
      { title: 'ms', value: (row) => row.latencyMilliseconds.toFixed(1), exact: (row) => row.latencyMilliseconds },
      { title: 'asked by', value: (row) => row.consumer.name },
      { title: 'when', value: (row) => ago(row.at), exact: (row) => row.at },
    ],
    empty: 'It has answered nothing yet. Try: plinth predict <deployment> --file rows.json',
    options: [
      ['--channel <channel>', 'beta or prod'],
      ['--failed', 'those that were refused or failed'],
    ],
  });
  verb<[string]>(
    prediction,
    'show <prediction>',
    'what was asked and answered; one row of it as prd_….n',
    async ({ args: [id], options, session }) => {
      const found = await session.client.call('getPrediction', { prediction: id });
      if (options.json) return printObject(found, options);
      const { columns, rows, request: _request, response: _response, consumer, ...plain } = found;
      printObject({ ...plain, consumer: consumer.name }, options);
      for (const row of rows) write(`${row.id}\t${inWords(columns, row.input)}\t${JSON.stringify(row.output)}`);
    },
  );
  verb<[string]>(
    program,
    'provenance <what>',
    'from an answer (prd_…) or a version (models:/name/3) back to data, code, environment and people',
    async ({ args: [what], options, session }) => {
      const version = /^models:\/+([^/@]+)\/(\d+)$/.exec(what);
      if (!version && !/^prd_/.test(what))
        throw new UseError(`"${what}" is no prediction (prd_…) and no version (models:/name/3).`);
      const found = version
        ? await session.client.call('getVersionProvenance', {
            project: session.needProject(),
            name: version[1]!,
            version: version[2]!,
          })
        : await session.client.call('getPredictionProvenance', { prediction: what });
      if (options.json) return printObject(found, options);
      printObject(inShort(found), options);
      for (const { field, reason } of found.missing) note(`${field} is not known: ${reason}`);
    },
  );
}

type Provenance = Output<'getVersionProvenance'> | Output<'getPredictionProvenance'>;

function inShort(found: Provenance): Record<string, string | null> {
  const deployment = 'deployment' in found ? found.deployment : null;
  return {
    ...(deployment ? { deployment: `${deployment.name} (${deployment.channel}), revision ${deployment.revisionNumber}` } : {}),
    version: found.modelVersion?.address ?? null,
    run: found.run?.id ?? null,
    job: found.job?.id ?? null,
    commit: found.commit,
    patch: found.patch,
    environment: found.environment && `${found.environment.name} ${found.environment.number} ${found.environment.lockDigest}`,
    data: found.datasets.map((one) => `${one.name} ${one.snapshotId}`).join(', '),
    people: found.people.map((one) => `${one.name} (${one.parts.join(', ')})`).join('; '),
    approvals: found.approvals
      .map((one) => `${one.channel} ${one.state}${one.decidedBy ? ` by ${one.decidedBy}` : ''}`)
      .join('; '),
  };
}

function inWords(columns: readonly string[], values: unknown): string {
  const list = Array.isArray(values) ? values : [values];
  return list.map((value, at) => (columns[at] === undefined ? '' : `${columns[at]}=`) + JSON.stringify(value)).join(' ');
}

function readBody(path: string | undefined): string {
  try {
    return readFileSync(path === undefined || path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new UseError(`${path ?? 'Standard input'} cannot be read: ${(error as Error).message}`);
  }
}

/** Not-a-number is `NaN` in the answers of MLflow's protocol, which no JSON parser takes: then the text itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
