import { ApiProblem } from '@plinth/sdk';
import type { Command } from 'commander';
import { exitCodes, UseError } from '../exit-codes.ts';
import { follow } from '../follow.ts';
import { ago, done, note, printObject } from '../output.ts';
import { retrainOptions, tellRetraining } from '../retraining.ts';
import type { Session } from '../session.ts';
import { confirm, count, listVerb, verb } from '../verbs.ts';

type Channel = 'beta' | 'prod';

/** Models that answer: deploy, call, split, roll back. */
export function deploymentCommands(program: Command): void {
  verb<[string, string], { channel?: Channel; replicas?: number; tier?: string; wait?: boolean }>(
    program,
    'deploy <name> <model>',
    'serve models:/name/version, or follow models:/name@alias, under a name',
    async ({ args: [name, model], options, session }) => {
      const made = await session.client.call('deploy', {
        project: session.needProject(),
        body: {
          name,
          model: model.startsWith('models:') ? model : `models:/${model}`,
          ...(options.channel ? { channel: options.channel } : {}),
          ...(options.replicas ? { replicas: options.replicas } : {}),
          ...(options.tier ? { hardwareTier: options.tier } : {}),
        },
      });
      const now = options.wait ? await settled(session, name, options.channel ?? 'beta', made.revision?.number ?? 1) : made;
      printObject(
        options.json
          ? now
          : { name, state: now.state, reason: now.stateReason, revision: now.revision?.number, url: now.endpoint.invocations },
        options,
      );
    },
    [
      ['--channel <channel>', 'beta (open) or prod (approved versions)'],
      ['--replicas <number>', 'how many processes answer', count],
      ['--tier <name>', 'hardware tier'],
      ['--wait', 'until it serves or has failed'],
    ],
  );

  const deployment = program.command('deployment').description('models that answer');
  listVerb(deployment, {
    about: 'of the project in force, or all that you may see',
    operation: ({ session }) => (session.project ? 'listProjectDeployments' : 'listDeployments'),
    input: ({ session }) => (session.project ? { project: session.project } : {}),
    columns: [
      { title: 'name', value: (row) => row.name },
      { title: 'project', value: (row) => row.projectSlug },
      { title: 'state', value: (row) => row.state },
      {
        title: 'serves',
        value: (row) => row.traffic.map((one) => `${one.channel} v${one.version ?? '?'} ${one.weight}%`).join(', '),
      },
      { title: 'requests/h', value: (row) => row.health.requestCount },
      { title: 'p95 ms', value: (row) => row.health.p95Milliseconds?.toFixed(1) },
      { title: 'changed', value: (row) => ago(row.updatedAt), exact: (row) => row.updatedAt },
    ],
    empty: 'No deployment yet. Make one with: plinth deploy <name> models:/<model>/<version>',
  });
  verb<[string]>(deployment, 'show <deployment>', 'one deployment', async ({ args: [name], options, session }) => {
    const found = await session.client.call('getDeployment', { deployment: name });
    printObject(options.json ? found : summary(found), options);
  });
  listVerb(deployment, {
    usage: 'revisions <deployment>',
    about: 'what served, when and why, and what failed',
    operation: 'listDeploymentRevisions',
    input: ({ args: [name = ''] }) => ({ deployment: name }),
    columns: [
      { title: 'number', value: (row) => row.number },
      { title: 'channel', value: (row) => row.channel },
      { title: 'model', value: (row) => `${row.model.name}/${row.model.version}` },
      { title: 'state', value: (row) => row.state },
      { title: 'cause', value: (row) => row.cause },
      { title: 'by', value: (row) => row.createdBy.name },
      { title: 'made', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
      { title: 'reason', value: (row) => row.stateReason },
    ],
    empty: 'No revision yet.',
  });
  verb<[string], { follow?: boolean }>(
    deployment,
    'logs <deployment>',
    'the log of its newest replica',
    async ({ args: [name], options, session }) => {
      if (!options.follow) {
        process.stdout.write(await (await session.client.call('getDeploymentLogs', { deployment: name })).text());
        return;
      }
      const { replicas } = await session.client.call('getDeployment', { deployment: name });
      const newest = replicas.at(-1);
      if (!newest) throw new UseError(`Deployment ${name} has no replica yet.`);
      await follow(session, newest.id, 'workloads');
    },
    [['-f, --follow', 'go on while it runs']],
  );
  verb<[string, string[]]>(
    deployment,
    'traffic <deployment> <share...>',
    'split the plain address, as: beta=10 prod=90; another version comes with it as prod=100@3',
    async ({ args: [name, shares], options, session }) => {
      const traffic = shares.map((share) => {
        const [, channel, weight, version] = /^(beta|prod)=(\d{1,3})(?:@(\d{1,9}))?$/.exec(share) ?? [];
        if (!channel) throw new UseError(`"${share}" is not a share like beta=10 or prod=100@3.`);
        return { channel: channel as Channel, weight: Number(weight), ...(version ? { version: Number(version) } : {}) };
      });
      printObject(
        summary(await session.client.call('changeDeploymentTraffic', { deployment: name, body: { traffic } })),
        options,
      );
    },
  );
  verb<[string], { channel?: Channel; revision?: number }>(
    deployment,
    'rollback <deployment>',
    'serve again what served before',
    async ({ args: [name], options, session }) =>
      printObject(
        summary(
          await session.client.call('rollBackDeployment', {
            deployment: name,
            body: {
              ...(options.channel ? { channel: options.channel } : {}),
              ...(options.revision ? { revision: options.revision } : {}),
            },
          }),
        ),
        options,
      ),
    [
      ['--channel <channel>', 'beta or prod'],
      ['--revision <number>', 'a revision that served; the one before when left out', count],
    ],
  );
  verb<[string, string], { channel?: Channel }>(
    deployment,
    'scale <deployment> <replicas>',
    'how many processes answer on a channel',
    async ({ args: [name, replicas], options, session }) => {
      const channel = options.channel ?? 'beta';
      const body = { replicas: count(replicas) };
      printObject(summary(await session.client.call('scaleDeployment', { deployment: name, channel, body })), options);
    },
    [['--channel <channel>', 'beta (default) or prod']],
  );
  verb<[string], { channel?: Channel }>(
    deployment,
    'ready <deployment>',
    'whether it answers now; exit code 1 when it does not',
    async ({ args: [name], options, session }) => {
      const ready = await session.client.fetch(`${wireOf(name, options.channel)}/v2/health/ready`).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ApiProblem && error.status === 503) return false;
          throw error;
        },
      );
      printObject({ name, ready }, options);
      if (!ready) process.exitCode = exitCodes.failed;
    },
    [['--channel <channel>', 'beta or prod']],
  );
  verb<[string], { channel?: Channel }>(
    deployment,
    'metadata <deployment>',
    'what it takes and gives, as the Open Inference Protocol says it',
    async ({ args: [name], options, session }) => {
      const at = `${wireOf(name, options.channel)}/v2/models/${encodeURIComponent(name)}`;
      const told = (await (await session.client.fetch(at)).json()) as Metadata;
      if (options.json) return printObject(told, options);
      const tensors = (all: Metadata['inputs']) =>
        all.map((one) => `${one.name} ${one.datatype} [${one.shape.join(', ')}]`).join('; ');
      printObject(
        { ...told, versions: told.versions.join(' '), inputs: tensors(told.inputs), outputs: tensors(told.outputs) },
        options,
      );
    },
    [['--channel <channel>', 'beta or prod']],
  );
  verb<[string], { channel?: Channel; target?: string; wait?: boolean }>(
    deployment,
    'retrain <deployment>',
    'make its version again on its reference and all rows with ground truth',
    async ({ args: [name], options, session }) => {
      const body = {
        ...(options.channel ? { channel: options.channel } : {}),
        ...(options.target ? { target: options.target } : {}),
      };
      await tellRetraining(session, await session.client.call('retrainDeployment', { deployment: name, body }), options);
    },
    [['--channel <channel>', 'beta or prod'], ...retrainOptions],
  );
  for (const [word, operation, about] of [
    ['stop', 'stopDeployment', 'end its replicas; the address answers 503'],
    ['start', 'startDeployment', 'start again what served'],
  ] as const) {
    verb<[string]>(deployment, `${word} <deployment>`, about, async ({ args: [name], options, session }) =>
      printObject(summary(await session.client.call(operation, { deployment: name })), options),
    );
  }
  verb<[string]>(deployment, 'delete <deployment>', 'take it away', async ({ args: [name], options, session }) => {
    await confirm(`Delete deployment ${name}? Its callers get 404 from then on.`, options);
    await session.client.call('deleteDeployment', { deployment: name });
    done({ name, deleted: true }, options, `Deleted ${name}.`);
  });
}

const wireOf = (name: string, channel: Channel | undefined): string =>
  `/deployments/${encodeURIComponent(name)}${channel ? `/channels/${channel}` : ''}`;

interface Metadata {
  versions: string[];
  inputs: { name: string; datatype: string; shape: number[] }[];
  outputs: { name: string; datatype: string; shape: number[] }[];
}

interface Shown {
  name: string;
  state: string;
  stateReason: string | null;
  traffic: { channel: string; version: number | null; weight: number }[];
  channels: { name: string; state: string; replicas: { ready: number; wanted: number } }[];
  endpoint: { invocations: string };
}

const summary = (found: Shown) => ({
  name: found.name,
  state: found.state,
  reason: found.stateReason,
  traffic: found.traffic.map((one) => `${one.channel} version ${one.version ?? '?'} ${one.weight}%`).join(', '),
  channels: found.channels.map((one) => `${one.name} ${one.state} ${one.replicas.ready}/${one.replicas.wanted}`).join(', '),
  url: found.endpoint.invocations,
});

/** Waits until the revision serves or has failed. */
async function settled(session: Session, name: string, channel: Channel, number: number) {
  for (;;) {
    const now = await session.client.call('getDeployment', { deployment: name });
    const { items } = await session.client.call('listDeploymentRevisions', { deployment: name, channel, limit: 50 });
    const revision = items.find((one) => one.number === number);
    if (!revision) throw new Error(`Deployment ${name} has no revision ${number} on ${channel}.`);
    if (revision.state !== 'starting') {
      if (revision.state === 'failed') {
        note(`Revision ${number} failed: ${revision.stateReason}`);
        process.exitCode = exitCodes.failed;
      }
      return now;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
