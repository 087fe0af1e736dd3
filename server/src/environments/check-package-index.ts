import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Config, Problem } from '../platform/index.ts';
import { uvVersion } from './build-kind.ts';
import { packageIndexEnvironment, trustedAuthorities, trusting } from './package-index.ts';

/** For `plinth doctor`: whether packages can be had here, and by which mirror, proxy and authority. Installs nothing. */
export async function checkPackageIndex(config: Config): Promise<{ ok: boolean; detail: string }> {
  const environment = packageIndexEnvironment(config);
  const folder = await mkdtemp(join(tmpdir(), 'plinth-doctor-'));
  let ways = '';
  try {
    const authorities = trustedAuthorities();
    const proxy = environment.HTTPS_PROXY ?? environment.https_proxy;
    ways = [
      config.pypiUrl
        ? `mirror ${shown(config.pypiUrl)} of PLINTH_PYPI_URL`
        : environment.UV_DEFAULT_INDEX
          ? 'index of pip’s settings'
          : 'default index',
      ...(proxy ? [`proxy ${shown(proxy)} of HTTPS_PROXY`] : []),
      ...(authorities ? [`authorities of ${authorities.from.join(' and ')}`] : []),
    ].join(', ');
    const file = join(folder, 'authorities.pem');
    if (authorities) await writeFile(file, authorities.text);
    await promisify(execFile)(
      'python3',
      [
        '-m',
        'pip',
        'download',
        '--verbose',
        '--no-input',
        '--no-deps',
        '--no-cache-dir',
        '--retries',
        '1',
        '--dest',
        folder,
        'six',
      ],
      {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, ...(authorities ? trusting(file) : {}) },
        timeout: 60_000,
      },
    );
    return { ok: true, detail: `packages come from ${ways}; uv ${uvVersion} is installed at the first build` };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, detail: error.detail };
    return {
      ok: false,
      detail: `packages cannot be had (${ways}): ${causeOf(error as { stdout?: string; stderr?: string; killed?: boolean })}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** pip buries the cause under its own tries; the first that is found here is the one to mend. */
const causes: [RegExp, string][] = [
  [
    /ProxyError|Cannot connect to proxy|Tunnel connection failed/,
    'the proxy cannot be reached or refuses; check HTTPS_PROXY, and NO_PROXY for hosts that are reached without it',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError/,
    'the certificate of the index is not trusted; name the company’s authority in NODE_EXTRA_CA_CERTS (added to the usual ones) or SSL_CERT_FILE',
  ],
  [
    /NewConnectionError|NameResolutionError|Name or service not known|Connection refused/,
    'the host of the index cannot be reached',
  ],
  // pip does not tell one from the other.
  [
    /No matching distribution/,
    'the index answers, but gives no package "six": it has none, or refuses the name or password in its address',
  ],
];

function causeOf({ stdout = '', stderr = '', killed = false }: { stdout?: string; stderr?: string; killed?: boolean }): string {
  const cause = causes.find(([pattern]) => pattern.test(stdout + stderr))?.[1];
  if (cause) return `${cause}.`;
  if (killed) return 'no answer within 60 s.';
  return shown(stderr.trim().split('\n').at(-1) ?? '').slice(0, 200);
}

/** An address without the name and password in it. */
const shown = (address: string): string => address.replaceAll(/\/\/[^/@\s]*@/g, '//');
