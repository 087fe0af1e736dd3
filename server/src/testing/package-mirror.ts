import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const authorityFolder = join(import.meta.dirname, 'authority');
/** A private authority that nobody else trusts, and whose key is gone. */
export const authorityFile = join(authorityFolder, 'authority.pem');
export const mirrorHost = 'mirror.plinth.test';
/** With a letter that an address must escape. */
export const mirrorPassword = 'geheim/mirror';

export interface CompanyNetwork {
  /** What stands in the folder is what the mirror has. */
  mirrorUrl: string;
  proxyUrl: string;
  /** `host:port` of every tunnel that was asked for. */
  tunnels: string[];
  stop(): Promise<void>;
}

/**
 * A network as companies have it: a package mirror over https with a certificate of a private authority and a password, which no name server
 * knows, and a proxy that alone reaches it.
 */
export async function companyNetwork(wheels: string): Promise<CompanyNetwork> {
  const mirror = createSecureServer(
    { cert: readFileSync(join(authorityFolder, 'mirror.pem')), key: readFileSync(join(authorityFolder, 'mirror-key.pem')) },
    (request, response) => {
      const given = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
      if (given !== `ada:${mirrorPassword}`) return response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      answer(wheels, request, response);
    },
  );
  const tunnels: string[] = [];
  const proxy = createServer((_request, response) => response.writeHead(403).end());
  proxy.on('connect', (request, client, head) => {
    tunnels.push(request.url!);
    client.on('error', () => client.destroy());
    if (request.url !== `${mirrorHost}:443`) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const target = connect((mirror.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  for (const server of [mirror, proxy]) await listening(server);
  return {
    mirrorUrl: `https://ada:${encodeURIComponent(mirrorPassword)}@${mirrorHost}/simple/`,
    proxyUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    tunnels,
    async stop() {
      for (const server of [mirror, proxy]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** A package index on this machine, of whatever stands in a folder. */
export async function packageIndex(folder: string): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => answer(folder, request, response));
  await listening(server);
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`, stop };
}

/** As package indexes answer: the files of a package, and a file. */
function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(request.url!);
  const file = /^\/files\/([\w.+-]+\.(?:whl|tar\.gz))$/.exec(path)?.[1];
  if (file && existsSync(join(folder, file))) return void createReadStream(join(folder, file)).pipe(response);
  const name = /^\/simple\/([\w-]+)\/$/.exec(path)?.[1];
  const links = readdirSync(folder)
    .filter((one) => /\.(whl|tar\.gz)$/.test(one) && one.split('-')[0]!.toLowerCase().replaceAll('_', '-') === name)
    .map((one) => {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(folder, one)))
        .digest('hex');
      return `<a href="/files/${one}#sha256=${sha256}">${one}</a>`;
    });
  response.writeHead(links.length > 0 ? 200 : 404, { 'content-type': 'text/html' }).end(links.join('\n'));
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Wheels from the package registry, fetched once on a machine and kept outside of the checkout. */
export async function fetchWheels(requirements: readonly string[], into: string): Promise<void> {
  const name = createHash('sha256').update(requirements.join(' ')).digest('hex').slice(0, 12);
  const kept = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plinth-test', `wheels-${name}`);
  if (!existsSync(kept)) {
    const fresh = `${kept}.${process.pid}`;
    await mkdir(fresh, { recursive: true });
    await run('python3', [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--dest',
      fresh,
      ...requirements,
    ]);
    await rename(fresh, kept).catch(() => rm(fresh, { recursive: true, force: true }));
  }
  for (const file of readdirSync(kept)) await copyFile(join(kept, file), join(into, file));
}

/** A wheel of one module with one line in it. */
export async function makeWheel(folder: string, name: string, version: string, line: string): Promise<void> {
  const script = `
import base64, hashlib, sys, zipfile
folder, name, version, line = sys.argv[1:]
info = f"{name}-{version}.dist-info"
files = {
    f"{name}.py": line + "\\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: plinth\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
record = "".join(f"{path},sha256={digest(text)},{len(text)}\\n" for path, text in files.items()) + f"{info}/RECORD,,\\n"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    for path, text in {**files, f"{info}/RECORD": record}.items(): wheel.writestr(path, text)
`;
  await run('python3', ['-c', script, folder, name, version, line]);
}
