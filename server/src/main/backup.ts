import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../platform/index.ts';
import {
  type Manifest,
  makeBackup,
  noInstallation,
  openArchive,
  openGround,
  restoreBackup,
  verifyArchive,
} from './backup/index.ts';

/** `plinth backup make|verify <place>` and `plinth restore <place>`. Progress goes to standard error, the outcome to standard output. */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'with-secret-key': { type: 'boolean' }, json: { type: 'boolean' } },
});
const [action = '', place = ''] = positionals;
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

const actions: Record<string, () => Promise<[Manifest, string]>> = {
  async make() {
    const config = readConfig(process.env);
    // Else an empty database would be made here only to be found empty.
    if (!config.databaseUrl && !existsSync(join(config.home, 'postgres'))) throw noInstallation(config.home);
    const ground = await openGround(config);
    const manifest = await makeBackup(ground.platform, place, {
      withSecretKey: options['with-secret-key'] ?? false,
      progress,
    }).finally(() => ground.close());
    const key = manifest.withSecretKey
      ? 'It holds the secret key: whoever has it can read every secret.'
      : 'The secret key is not in it; keep a copy of that apart.';
    return [manifest, `${place} holds all as of ${manifest.madeAt}. ${key}`];
  },
  async verify() {
    const archive = await openArchive(place);
    await verifyArchive(archive, (files) => {
      if (files % 1000 === 0) progress(`${files} of ${archive.manifest.files.length} files`);
    });
    return [archive.manifest, `${place} is whole: ${archive.manifest.files.length} files as of ${archive.manifest.madeAt}.`];
  },
  async restore() {
    const config = readConfig(process.env);
    const manifest = await restoreBackup(config, place, progress);
    const key = manifest.withSecretKey
      ? ''
      : ` The secret key is not in the backup: put your copy at ${config.home}/secret-key before that.`;
    return [manifest, `${config.home} is as of ${manifest.madeAt}. Start it: plinth server.${key}`];
  },
};

try {
  const [manifest, sentence] = await actions[action]!();
  const { files, links, ...rest } = manifest;
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const told = options.json ? JSON.stringify({ ...rest, place, files: files.length, links: links.length, sizeBytes }) : sentence;
  process.stdout.write(`${told}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
