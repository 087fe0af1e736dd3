import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parseAllowList } from './egress/address.ts';

export type Role = 'all' | 'control' | 'gateway' | 'worker';

/** A bucket for file contents, with all that is needed to reach it. */
export interface S3Place {
  bucket: string;
  /** Without slashes around it; may be empty. */
  prefix: string;
  region: string;
  /** Null: AWS. */
  endpoint: string | null;
  /** The bucket in the path, not in the host name. */
  pathStyle: boolean;
  /** Null: from a profile, a role or the machine, as the AWS SDK looks for them. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
  /** Where people's programs reach the bucket; null: at the endpoint; `none`: nowhere, all goes through us. */
  publicEndpoint: string | null;
}

/** All settings, checked. One entry a variable; `settings` says what each is for. */
export interface Config {
  home: string;
  runDir: string | null;
  host: string;
  port: number;
  publicUrl: string;
  contentUrl: string;
  databaseUrl: string | null;
  blobs: string;
  /** What `blobs` names when it is a bucket. */
  s3: S3Place | null;
  /** How much of a bucket is kept on this machine. */
  blobsCacheBytes: number;
  adminEmail: string;
  adminPassword: string | null;
  adminToken: string | null;
  secretKey: string | null;
  oidc: {
    issuer: string;
    clientId: string;
    clientSecret: string;
    scopes: string;
    groupsClaim: string;
    adminGroup: string | null;
  } | null;
  smtpUrl: string | null;
  /** Who mail is from. */
  smtpFrom: string;
  kubeconfig: string | null;
  slurmUrl: string | null;
  pypiUrl: string | null;
  cranUrl: string | null;
  /** Names, addresses and ranges inside the network that calls aimed by users may reach; checked, as written. */
  egressAllow: string;
  /** Where backups are kept; only looked at. */
  backups: string | null;
  role: Role;
}

interface Setting {
  readonly comment: string;
  readonly secret?: true;
}

/** Every variable we read, for `plinth doctor` and the docs. */
export const settings: Record<string, Setting> = {
  PLINTH_HOME: { comment: 'State: database, blobs, repositories, environments. Default .plinth in a checkout, else ~/.plinth.' },
  PLINTH_RUN_DIR: {
    comment: 'A folder that other users can traverse, where PLINTH_HOME is not. Default under /var/lib/plinth as root.',
  },
  PLINTH_HOST: { comment: 'Address to listen on. Default 127.0.0.1.' },
  PLINTH_PORT: { comment: 'Port to listen on, 0 for any. Default 8640.' },
  PLINTH_PUBLIC_URL: {
    comment: 'The URL that people use, with a path prefix if a proxy adds one. Default http://<host>:<port>.',
  },
  PLINTH_CONTENT_URL: { comment: 'Another host name for user content and tools. Default http://content.localhost:<port>.' },
  PLINTH_DATABASE_URL: { comment: 'An external PostgreSQL (15 or newer); without it an embedded one is started.', secret: true },
  PLINTH_BLOBS: { comment: 'Folder, or s3://bucket/prefix, for file contents. Default <home>/blobs.' },
  PLINTH_BLOBS_CACHE_GIGABYTES: {
    comment: 'How much of a bucket is kept in <home>/blob-cache for what reads files. Default 10.',
  },
  PLINTH_BLOBS_PUBLIC_URL: {
    comment:
      "Where people's programs reach the server of the bucket, or none: all goes through Plinth. Default AWS_ENDPOINT_URL.",
  },
  PLINTH_ADMIN_EMAIL: { comment: 'First administrator on an empty database. Default admin@localhost.' },
  PLINTH_ADMIN_PASSWORD: {
    comment: 'Password of the first administrator (10 characters or more). Without it a one-time link is printed.',
    secret: true,
  },
  PLINTH_ADMIN_TOKEN: { comment: 'A token for the first administrator, 16 characters or more, taken as given.', secret: true },
  PLINTH_SECRET_KEY: {
    comment: 'Key that seals secrets, 32 characters or more. Default generated in <home>/secret-key, mode 600.',
    secret: true,
  },
  PLINTH_OIDC_ISSUER: { comment: 'Sign-in by this OpenID provider.' },
  PLINTH_OIDC_CLIENT_ID: { comment: 'Client id at the provider.' },
  PLINTH_OIDC_CLIENT_SECRET: { comment: 'Client secret at the provider.', secret: true },
  PLINTH_OIDC_SCOPES: { comment: 'What is asked of the provider. Default openid email profile.' },
  PLINTH_OIDC_GROUPS_CLAIM: { comment: 'The claim that lists the groups of a person. Default groups.' },
  PLINTH_OIDC_ADMIN_GROUP: { comment: 'The group of the provider whose members are administrators. Default none.' },
  PLINTH_SMTP_URL: { comment: 'Mail server for notifications, as smtp://name:password@mail.example.org:587.', secret: true },
  PLINTH_SMTP_FROM: { comment: 'Who mail is from. Default Plinth <plinth@(host of PLINTH_PUBLIC_URL)>.' },
  PLINTH_KUBECONFIG: { comment: 'Kubernetes cluster to run workloads on.' },
  PLINTH_SLURM_URL: { comment: 'Slurm cluster to run workloads on.' },
  PLINTH_PYPI_URL: { comment: 'Company mirror of the Python package index.' },
  PLINTH_CRAN_URL: { comment: 'Company mirror of the R package archive.' },
  PLINTH_EGRESS_ALLOW: {
    comment:
      'Hosts, addresses and ranges inside the network that git imports, data sources and webhooks may reach, with commas. Default none.',
  },
  PLINTH_BACKUPS: { comment: 'Folder of your backups; `plinth doctor` tells how old the newest is. Default none.' },
  PLINTH_ROLE: { comment: 'What this process does: all, control, gateway or worker. Default all.' },
};

export class ConfigError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`Wrong settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Reads the settings from the environment; throws one ConfigError that names every fault. */
export function readConfig(env: NodeJS.ProcessEnv, checkout: string | null = findCheckout()): Config {
  const faults: string[] = [];
  const text = (name: string): string | null => (env[name] === undefined || env[name] === '' ? null : env[name]!);
  const known = new Set([
    ...Object.keys(settings),
    'PLINTH_URL',
    'PLINTH_TOKEN',
    'PLINTH_PROJECT',
    'PLINTH_LOG_LEVEL',
    'PLINTH_TEST_DATABASE',
  ]);
  for (const name of Object.keys(env)) {
    if (name.startsWith('PLINTH_') && !known.has(name) && !name.startsWith('PLINTH_TEST_')) {
      faults.push(`${name} is not a setting of Plinth; the settings are listed by: plinth doctor --settings`);
    }
  }

  const home = resolve(text('PLINTH_HOME') ?? (checkout ? join(checkout, '.plinth') : join(homedir(), '.plinth')));
  const runDir = text('PLINTH_RUN_DIR');
  if (runDir && !isAbsolute(runDir)) faults.push(`PLINTH_RUN_DIR is "${runDir}"; give an absolute path`);
  const host = text('PLINTH_HOST') ?? '127.0.0.1';
  const portText = text('PLINTH_PORT') ?? '8640';
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65535) faults.push(`PLINTH_PORT is "${portText}"; give a number from 0 to 65535`);
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const publicUrl = url('PLINTH_PUBLIC_URL', ['http:', 'https:']) ?? `http://${shownHost}:${port}`;
  const contentUrl = url('PLINTH_CONTENT_URL', ['http:', 'https:']) ?? `http://content.localhost:${port}`;
  const databaseUrl = url('PLINTH_DATABASE_URL', ['postgres:', 'postgresql:']);
  const blobs = text('PLINTH_BLOBS') ?? join(home, 'blobs');
  if (!blobs.startsWith('s3://') && !isAbsolute(blobs))
    faults.push(`PLINTH_BLOBS is "${blobs}"; give an absolute path or s3://bucket/prefix`);
  const s3 = blobs.startsWith('s3://') ? readS3(blobs) : null;
  const cacheText = text('PLINTH_BLOBS_CACHE_GIGABYTES') ?? '10';
  const blobsCacheBytes = Math.round(Number(cacheText) * 1024 ** 3);
  if (!/^\d{1,6}(\.\d+)?$/.test(cacheText)) faults.push(`PLINTH_BLOBS_CACHE_GIGABYTES is "${cacheText}"; give a number like 10`);
  const adminEmail = text('PLINTH_ADMIN_EMAIL') ?? 'admin@localhost';
  if (!/^[^\s@]+@[^\s@]+$/.test(adminEmail))
    faults.push(`PLINTH_ADMIN_EMAIL is "${adminEmail}"; give an address like ada@example.org`);
  const adminPassword = text('PLINTH_ADMIN_PASSWORD');
  if (adminPassword && adminPassword.length < 10) faults.push('PLINTH_ADMIN_PASSWORD is shorter than 10 characters');
  const adminToken = text('PLINTH_ADMIN_TOKEN');
  if (adminToken && adminToken.length < 16) faults.push('PLINTH_ADMIN_TOKEN is shorter than 16 characters');
  const secretKey = text('PLINTH_SECRET_KEY');
  if (secretKey && secretKey.length < 32) faults.push('PLINTH_SECRET_KEY is shorter than 32 characters');
  const role = (text('PLINTH_ROLE') ?? 'all') as Role;
  if (!['all', 'control', 'gateway', 'worker'].includes(role))
    faults.push(`PLINTH_ROLE is "${role}"; give all, control, gateway or worker`);

  const backups = text('PLINTH_BACKUPS');
  if (backups && !isAbsolute(backups)) faults.push(`PLINTH_BACKUPS is "${backups}"; give an absolute path`);
  const egressAllow = text('PLINTH_EGRESS_ALLOW') ?? '';
  for (const fault of parseAllowList(egressAllow).faults) {
    faults.push(
      `PLINTH_EGRESS_ALLOW has "${fault}"; give host names, addresses and ranges like 10.1.0.0/16, with commas between`,
    );
  }

  const smtpUrl = url('PLINTH_SMTP_URL', ['smtp:', 'smtps:']);
  const smtpFrom = text('PLINTH_SMTP_FROM');
  if (smtpFrom && !/^(?:[^<>\r\n]+ <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/.test(smtpFrom))
    faults.push(`PLINTH_SMTP_FROM is "${smtpFrom}"; give an address like plinth@example.org, or Plinth <plinth@example.org>`);
  const issuer = url('PLINTH_OIDC_ISSUER', ['http:', 'https:']);
  const clientId = text('PLINTH_OIDC_CLIENT_ID');
  const clientSecret = text('PLINTH_OIDC_CLIENT_SECRET');
  const oidcGiven = [issuer, clientId, clientSecret].filter(Boolean).length;
  if (oidcGiven > 0 && oidcGiven < 3) {
    faults.push('PLINTH_OIDC_ISSUER, PLINTH_OIDC_CLIENT_ID and PLINTH_OIDC_CLIENT_SECRET go together; set all three or none');
  }
  const scopes = text('PLINTH_OIDC_SCOPES') ?? 'openid email profile';
  if (!scopes.split(' ').includes('openid'))
    faults.push(`PLINTH_OIDC_SCOPES is "${scopes}"; give scopes with spaces between, openid among them`);
  const groupsClaim = text('PLINTH_OIDC_GROUPS_CLAIM') ?? 'groups';
  const adminGroup = text('PLINTH_OIDC_ADMIN_GROUP');
  const pypiUrl = url('PLINTH_PYPI_URL', ['http:', 'https:']);
  const cranUrl = url('PLINTH_CRAN_URL', ['http:', 'https:']);
  const slurmUrl = url('PLINTH_SLURM_URL', ['http:', 'https:', 'unix:']);

  if (faults.length > 0) throw new ConfigError(faults);
  return {
    home,
    runDir,
    host,
    port,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    contentUrl: contentUrl.replace(/\/+$/, ''),
    databaseUrl,
    blobs,
    s3,
    blobsCacheBytes,
    adminEmail,
    adminPassword,
    adminToken,
    secretKey,
    oidc: issuer && clientId && clientSecret ? { issuer, clientId, clientSecret, scopes, groupsClaim, adminGroup } : null,
    smtpUrl,
    smtpFrom: smtpFrom ?? `Plinth <plinth@${new URL(publicUrl).hostname}>`,
    kubeconfig: text('PLINTH_KUBECONFIG'),
    slurmUrl,
    pypiUrl,
    cranUrl,
    egressAllow,
    backups,
    role,
  };

  function readS3(place: string): S3Place {
    const [bucket = '', ...rest] = place.slice('s3://'.length).split('/');
    const prefix = rest.filter(Boolean).join('/');
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
      faults.push(`PLINTH_BLOBS is "${place}", which names no bucket; give s3://bucket or s3://bucket/prefix`);
    const endpointName = text('AWS_ENDPOINT_URL_S3') ? 'AWS_ENDPOINT_URL_S3' : 'AWS_ENDPOINT_URL';
    const endpoint = url(endpointName, ['http:', 'https:']);
    const pathStyleText = text('AWS_S3_FORCE_PATH_STYLE');
    if (pathStyleText && !['true', 'false'].includes(pathStyleText))
      faults.push(`AWS_S3_FORCE_PATH_STYLE is "${pathStyleText}"; give true or false`);
    const accessKeyId = text('AWS_ACCESS_KEY_ID');
    const secretAccessKey = text('AWS_SECRET_ACCESS_KEY');
    const sessionToken = text('AWS_SESSION_TOKEN');
    if (Boolean(accessKeyId) !== Boolean(secretAccessKey))
      faults.push('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together; set both or none');
    return {
      bucket,
      prefix,
      region: text('AWS_REGION') ?? text('AWS_DEFAULT_REGION') ?? 'us-east-1',
      endpoint,
      // Servers of one's own seldom have a host name for each bucket.
      pathStyle: pathStyleText ? pathStyleText === 'true' : endpoint !== null,
      credentials:
        accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } : null,
      publicEndpoint: text('PLINTH_BLOBS_PUBLIC_URL') === 'none' ? 'none' : url('PLINTH_BLOBS_PUBLIC_URL', ['http:', 'https:']),
    };
  }

  function url(name: string, protocols: string[]): string | null {
    const value = text(name);
    if (!value) return null;
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      const shown = settings[name]?.secret ? '' : ` ("${value}")`;
      faults.push(`${name}${shown} is not a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
      return null;
    }
    return value;
  }
}

/** The folder of the checkout that this code runs from, or null when it is installed elsewhere. */
export function findCheckout(): string | null {
  const folder = resolve(import.meta.dirname, '../../..');
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) && readFileSync(manifest, 'utf8').includes('"name": "plinth"') ? folder : null;
}
