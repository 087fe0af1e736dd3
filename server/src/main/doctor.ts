import { type Config, ConfigError, readConfig, settings } from '../platform/index.ts';
import { checksFor, type Finding } from './doctor-checks.ts';

/**
 * `plinth doctor`: which settings are in force and from where, and whether what they name works. Changes nothing but makes the state folder.
 * Exit code 0 when all is well, 1 when a check failed, 2 when a setting is wrong.
 */
interface InForce {
  name: string;
  /** Null when nothing is in force; secrets are never shown. */
  value: string | null;
  origin: 'environment' | 'default' | 'none';
}

/** What others read, and we hand on to what builds environments. */
const passedOn = [
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_S3_FORCE_PATH_STYLE',
  'AWS_ACCESS_KEY_ID',
];
const asJson = process.argv.includes('--json');
// The reader of a pipe may leave early (`plinth doctor | head`): that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

if (process.argv.includes('--settings')) {
  const all = Object.entries(settings).map(([name, { comment }]) => ({ name, comment }));
  if (asJson) print(JSON.stringify(all));
  else for (const { name, comment } of all) print(`${name.padEnd(26)} ${comment}`);
} else {
  await main();
}

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    process.exitCode = error instanceof ConfigError ? 2 : 1;
    process.stderr.write(`${(error as Error).message}\n`);
    return;
  }
  const inForce = settingsInForce(config);
  if (!asJson) {
    print('Settings in force');
    for (const { name, value, origin } of inForce) print(`  ${name.padEnd(26)} ${value ?? 'not set'}  (${origin})`);
    print('');
  }
  const findings: Finding[] = [];
  for (const check of checksFor(config)) {
    const finding = await check();
    findings.push(finding);
    const mark = { ok: '✓', warning: '▲', failed: '✕' }[finding.state];
    if (!asJson) print(`${mark} ${finding.name.padEnd(16)} ${finding.detail}`);
  }
  if (asJson) print(JSON.stringify({ settings: inForce, checks: findings }));
  process.exitCode = findings.some(({ state }) => state === 'failed') ? 1 : 0;
}

function settingsInForce(config: Config): InForce[] {
  const ours = Object.entries(settings).map(([name, { secret }]): InForce => {
    const given = process.env[name];
    if (given) return { name, value: secret ? '(set, not shown)' : withoutPassword(given), origin: 'environment' };
    const value = defaultOf(config, name);
    return { name, value, origin: value === null ? 'none' : 'default' };
  });
  const others = passedOn.flatMap((name): InForce[] => {
    const given = process.env[name] ?? process.env[name.toLowerCase()];
    return given ? [{ name, value: withoutPassword(given), origin: 'environment' }] : [];
  });
  return [...ours, ...others];
}

function defaultOf(config: Config, name: string): string | null {
  const values: Record<string, string> = {
    PLINTH_HOME: config.home,
    PLINTH_HOST: config.host,
    PLINTH_PORT: String(config.port),
    PLINTH_PUBLIC_URL: config.publicUrl,
    PLINTH_CONTENT_URL: config.contentUrl,
    PLINTH_DATABASE_URL: 'embedded PostgreSQL',
    PLINTH_BLOBS: config.blobs,
    ...(config.s3 ? { PLINTH_BLOBS_CACHE_GIGABYTES: String(config.blobsCacheBytes / 1024 ** 3) } : {}),
    ...(config.s3 ? { PLINTH_BLOBS_PUBLIC_URL: config.s3.publicEndpoint ?? config.s3.endpoint ?? 'AWS' } : {}),
    PLINTH_ADMIN_EMAIL: config.adminEmail,
    PLINTH_SECRET_KEY: `${config.home}/secret-key`,
    PLINTH_ROLE: config.role,
  };
  return values[name] ?? null;
}

/** The URL of a proxy or a mirror may carry one. */
function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, '//(not shown)@');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
