import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from 'commander';
import { UseError } from '../exit-codes.ts';
import { ago, done, note, printObject, write } from '../output.ts';
import { type Call, listVerb, verb } from '../verbs.ts';

/** Registered models and their versions. */
export function modelCommands(program: Command): void {
  const model = program.command('model').description('registered models and their versions');
  listVerb<'listProjectModels' | 'listModels', { search?: string }>(model, {
    about: 'models of the project, or of all projects when none is named',
    operation: ({ session }) => (session.project ? 'listProjectModels' : 'listModels'),
    input: ({ session, options }) =>
      ({
        ...(session.project ? { project: session.project } : {}),
        ...(options.search ? { search: options.search } : {}),
      }) as never,
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
  listVerb(model, {
    usage: 'versions <model>',
    about: 'versions of a model, newest first',
    operation: 'listVersions',
    input: ({ args: [address], session }) => ({ project: session.needProject(), name: parse(address!).name }),
    columns: [
      { title: 'version', value: (row) => row.number },
      { title: 'aliases', value: (row) => row.aliases.join(' ') },
      { title: 'approval', value: (row) => (row.approval ? `${row.approval.state} for ${row.approval.channel}` : '') },
      { title: 'metrics', value: (row) => row.metrics.map((one) => `${one.key}=${String(one.value)}`).join(' ') },
      { title: 'by', value: (row) => row.createdBy.name },
      { title: 'made', value: (row) => ago(row.createdAt), exact: (row) => row.createdAt },
    ],
    empty: 'No version yet.',
  });
  verb<[string]>(
    model,
    'show <model>',
    'a model, or one version as name/version',
    async ({ args: [address], options, session }) => {
      const { name, version } = parse(address);
      const at = { project: session.needProject(), name };
      printObject(
        version ? await session.client.call('getVersion', { ...at, version }) : await session.client.call('getModel', at),
        options,
      );
    },
  );
  verb<[string], { run?: string; path: string; loggedModel?: string }>(
    model,
    'register <name>',
    'register what a run logged as a new version; the model is made when it is not there',
    register,
    [
      ['--run <run>', 'id of the run that logged it'],
      ['--path <folder>', 'the folder or name that the run logged it to', (text) => text, 'model'],
      ['--logged-model <id>', 'id of a logged model, in place of a run'],
    ],
  );
  verb<[string], { to: string }>(
    model,
    'promote <model>',
    'point prod (or another alias) at a version as name/version; prod needs an approval by somebody else',
    setAlias,
    [['--to <alias>', 'what to point at it', (text) => text, 'prod']],
  );
  verb<[string, string], { remove?: boolean }>(
    model,
    'alias <model> <alias>',
    'point an alias at a version as name/version, or with --remove take it away',
    async (call) => {
      const [address, alias] = call.args;
      if (!call.options.remove) return setAlias({ ...call, session: call.session, options: { ...call.options, to: alias } });
      const { name } = parse(address);
      await call.session.client.call('removeModelAlias', { project: call.session.needProject(), name, alias });
      done({ alias: `${name}@${alias}`, removed: true }, call.options, `${name}@${alias} is no more.`);
    },
    [['--remove', 'take it away']],
  );
  verb<[string]>(
    model,
    'card <model>',
    'the model card of a version, from recorded facts',
    async ({ args: [address], options, session }) => {
      const card = await session.client.call('getModelCard', { project: session.needProject(), ...needVersion(address) });
      if (options.json) return printObject(card, options);
      write(`${card.address}\t${card.digest}`);
      for (const field of card.fields) write(`${field.title}\t${field.text}`);
      note(`${card.completeness.recorded} of ${card.completeness.total} recorded`);
    },
  );
  verb<[string], { output?: string }>(
    model,
    'package <model>',
    'a version to carry away, with its card and manifest',
    async ({ args: [address], options, session }) => {
      const at = needVersion(address);
      const answer = await session.client.call('getVersionPackage', { project: session.needProject(), ...at });
      const file = options.output ?? `${at.name.replaceAll(/[^\w.-]+/g, '-')}-${at.version}.tar`;
      await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(file));
      done({ file }, options, `wrote ${file}`);
    },
    [['-o, --output <file>', 'where to write the tar archive']],
  );
}

async function register({
  args: [name],
  options,
  session,
}: Call<[string], { run?: string; path: string; loggedModel?: string }>): Promise<void> {
  if (!options.run && !options.loggedModel) throw new UseError('Name what to register: --run <run> or --logged-model <id>.');
  const project = session.needProject();
  const { items } = await session.client.call('listProjectModels', { project, search: name, limit: 1000 });
  if (!items.some((one) => one.name === name)) await session.client.call('createModel', { project, body: { name } });
  const made = await session.client.call('registerVersion', {
    project,
    name,
    body: options.loggedModel ? { loggedModelId: options.loggedModel } : { runId: options.run!, path: options.path },
  });
  printObject(options.json ? made : { version: `models:/${made.modelName}/${made.number}`, digest: made.digest }, options);
}

async function setAlias({ args: [address], options, session }: Call<[string, ...string[]], { to: string }>): Promise<void> {
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

export function needVersion(address: string): { name: string; version: string } {
  const { name, version } = parse(address);
  if (!version || !/^\d+$/.test(version))
    throw new UseError(`"${address}" names no version. Write it as name/version, like churn/3.`);
  return { name, version };
}
