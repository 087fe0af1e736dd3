import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../platform/index.ts';
import { packageIndexEnvironment, uvVersion } from './build-kind.ts';

/** For `plinth doctor`: whether packages can be had here, and by which mirror, proxy and authority. Installs nothing. */
export async function checkPackageIndex(config: Config): Promise<{ ok: boolean; detail: string }> {
  const environment = packageIndexEnvironment(config);
  const ways = [
    config.pypiUrl ? 'mirror of PLINTH_PYPI_URL' : environment.UV_DEFAULT_INDEX ? 'index of pip’s settings' : 'default index',
    ...(environment.HTTPS_PROXY || environment.https_proxy ? ['proxy'] : []),
    ...(environment.SSL_CERT_FILE ? [`authority ${environment.SSL_CERT_FILE}`] : []),
  ].join(', ');
  const folder = await mkdtemp(join(tmpdir(), 'plinth-doctor-'));
  try {
    await promisify(execFile)(
      'python3',
      ['-m', 'pip', 'download', '--quiet', '--no-input', '--no-deps', '--dest', folder, 'six'],
      {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
        timeout: 60_000,
      },
    );
    return { ok: true, detail: `packages come from ${ways}; uv ${uvVersion} is installed at the first build` };
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr ?? error);
    return { ok: false, detail: `packages cannot be had (${ways}): ${text.trim().split('\n').at(-1)?.slice(0, 200)}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
