import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, note, printList, printObject, write } from '../output.ts';
import { type CommonOptions, openSession } from '../session.ts';
import { listVerb } from '../verbs.ts';

/** Registered models, and the approvals that let their versions into production. */
export function modelCommands(program: Command): void {
  const model = program.command('model').description('registered models and their versions');
  listVerb<'listProjectModels' | 'listModels', { search?: string }>(model, {
    about: 'of the project in force, or of all projects when none is named',
    operation: ({ session }) => (session.project ? 'listProjectModels' : 'listModels'),
    input: ({ options, session }) => ({
      ...(session.project ? { project: session.project } : {}),
      ...(options.search ? { search: options.search } : {}),
    }),
    columns: [
      { title: 'project', value: (row) => row.projectSlug },
      { title: 'name', value: (row) => row.name },
      { title: 'versions', value: (row) => row.versionCount },
      { title: 'aliases', value: (row) => row.aliases.map((one) => `${one.alias}=${one.version}`).join(' ') },
      { title: 'owner', value: (row) => row.owner.name },
      { title: 'changed', value: (row) => ago(row.updatedAt), exact: (row) => row.updatedAt },
    ],
    empty: 'No model yet. Register one with: plinth model register <name> --run <run> --path model',
    options: [['--search <words>', 'in name and description']],
  });
  model
    .command('show')
    .argument('<model>', 'name, or name/version')
    .description('a model with its versions, or one version')
    .action(async (address: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const { name, version } = parse(address);
      const at = { project: session.needProject(), name };
      if (version) return printObject(await session.client.call('getVersion', { ...at, version }), options);
      const found = await session.client.call('getModel', at);
      const { items } = await session.client.call('listVersions', { ...at, limit: 1000 });
      if (options.json) return printObject({ ...found, versions: items }, options);
      note(`${found.name}: ${found.description || 'no description'}`);
      printList(
        items,
        [
          { title: 'version', value: (row) => row.number },
          { title: 'aliases', value: (row) => row.aliases.join(' ') },
          { title: 'approval', value: (row) => (row.approval ? `${row.approval.state} for ${row.approval.channel}` : '') },
          { title: 'metrics', value: (row) => row.metrics.map((one) => `${one.key}=${String(one.value)}`).join(' ') },
          { title: 'by', value: (row) => row.createdBy.name },
          { title: 'made', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
        ],
        options,
        'No version yet.',
      );
    });
  model
    .command('register')
    .argument('<name>', 'made when it is not there')
    .option('--run <run>', 'id of the run that logged it')
    .option('--path <folder>', 'the folder or name that the run logged it to', 'model')
    .option('--logged-model <id>', 'id of a logged model, in place of a run')
    .description('register what a run logged as a new version')
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { run?: string; path: string; loggedModel?: string }>();
      const session = openSession(options);
      const project = session.needProject();
      if (!options.run && !options.loggedModel) throw new UseError('Name what to register: --run <run> or --logged-model <id>.');
      const { items } = await session.client.call('listProjectModels', { project, search: name, limit: 1000 });
      if (!items.some((one) => one.name === name)) await session.client.call('createModel', { project, body: { name } });
      const made = await session.client.call('registerVersion', {
        project,
        name,
        body: options.loggedModel ? { loggedModelId: options.loggedModel } : { runId: options.run!, path: options.path },
      });
      printObject(options.json ? made : { version: `models:/${made.modelName}/${made.number}`, digest: made.digest }, options);
    });
  model
    .command('promote')
    .argument('<model>', 'name/version')
    .option('--to <alias>', 'what to point at it', 'prod')
    .description('point prod (or another alias) at a version; prod needs an approval by somebody else')
    .action(setAlias);
  const alias = model.command('alias').description('names for versions');
  alias
    .command('set')
    .argument('<model>', 'name/version')
    .requiredOption('--to <alias>', 'the alias')
    .description('point an alias at a version')
    .action(setAlias);
  alias
    .command('remove')
    .argument('<model>', 'name')
    .argument('<alias>')
    .description('take an alias away')
    .action(async (name: string, alias: string, _options, command: Command) => {
      const session = openSession(command.optsWithGlobals<CommonOptions>());
      await session.client.call('removeModelAlias', { project: session.needProject(), name, alias });
      note(`${name}@${alias} is no more.`);
    });
  model
    .command('card')
    .argument('<model>', 'name/version')
    .description('the model card, from recorded facts')
    .action(async (address: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const session = openSession(options);
      const card = await session.client.call('getModelCard', { project: session.needProject(), ...needVersion(address) });
      if (options.json) return printObject(card, options);
      write(`${card.address}\t${card.digest}`);
      for (const field of card.fields) write(`${field.title}\t${field.text}`);
      note(`${card.completeness.recorded} of ${card.completeness.total} recorded`);
    });
  model
    .command('package')
    .argument('<model>', 'name/version')
    .option('-o, --output <file>', 'where to write the tar archive')
    .description('a version to carry away, with its card and manifest')
    .action(async (address: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { output?: string }>();
      const session = openSession(options);
      const at = needVersion(address);
      const answer = await session.client.call('getVersionPackage', { project: session.needProject(), ...at });
      const file = options.output ?? `${at.name.replaceAll(/[^\w.-]+/g, '-')}-${at.version}.tar`;
      await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
      note(`wrote ${file}`);
    });

  const approval = program.command('approval').description('what waits before protected channels');
  approval
    .command('list')
    .option('--all', 'decided ones too, and those that wait for others')
    .description('what waits for your decision')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { all?: boolean }>();
      const { items } = await openSession(options).client.call('listApprovals', {
        limit: 1000,
        ...(options.all ? {} : { mine: true }),
      });
      printList(
        items,
        [
          { title: 'id', value: (row) => row.id },
          { title: 'project', value: (row) => row.projectSlug },
          { title: 'subject', value: (row) => row.subject },
          { title: 'channel', value: (row) => row.channel },
          { title: 'state', value: (row) => row.state },
          { title: 'by', value: (row) => row.requestedBy.name },
          { title: 'asked', value: (row) => ago(row.requestedAt), exact: (row) => row.requestedAt },
        ],
        options,
        'Nothing waits for you.',
      );
    });
  approval
    .command('show')
    .argument('<approval>')
    .description('one, with the evidence of its decision')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(await openSession(options).client.call('getApproval', { approval: id }), options);
    });
  approval
    .command('request')
    .argument('<model>', 'name/version')
    .option('--channel <channel>', 'where it is to go', 'prod')
    .description('ask for a version to be let in, again after a rejection too')
    .action(async (address: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { channel: 'prod' }>();
      const session = openSession(options);
      const { name, version } = needVersion(address);
      const body = { subject: `models:/${name}/${version}`, channel: options.channel, project: session.needProject() };
      printObject(await session.client.call('requestApproval', { body }), options);
    });
  for (const [verb, decision, about] of [
    ['approve', 'approved', 'let exactly this version in'],
    ['reject', 'rejected', 'keep it out, with the reason'],
  ] as const) {
    approval
      .command(verb)
      .argument('<approval>')
      .option('-m, --comment <text>', 'why')
      .description(about)
      .action(async (id: string, _options, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions & { comment?: string }>();
        const body = { decision, ...(options.comment ? { comment: options.comment } : {}) };
        printObject(await openSession(options).client.call('decideApproval', { approval: id, body }), options);
      });
  }
}

async function setAlias(address: string, _options: object, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions & { to: string }>();
  const session = openSession(options);
  const { name, version } = needVersion(address);
  const found = await session.client.call('setModelAlias', {
    project: session.needProject(),
    name,
    alias: options.to,
    body: { version: Number(version) },
  });
  printObject(options.json ? found : { alias: `${name}@${options.to}`, version: Number(version) }, options);
}

/** `churn`, `churn/3`, or either with `models:/` before it. */
function parse(address: string): { name: string; version: string | null } {
  const [name = '', version = null] = address.replace(/^models:\/+/, '').split('/');
  return { name, version };
}

function needVersion(address: string): { name: string; version: string } {
  const { name, version } = parse(address);
  if (!version || !/^\d+$/.test(version))
    throw new UseError(`"${address}" names no version. Write it as name/version, like churn/3.`);
  return { name, version };
}
