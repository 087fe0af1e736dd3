import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkTarget, egressFetch, isInside, parseAllowList } from './index.ts';

const closed = { egressAllow: '' };
const open = { egressAllow: '127.0.0.1' };

const servers: Server[] = [];
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('an address that leads inside', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost:8640/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0/',
    'http://10.0.0.7/',
    'http://172.20.1.1/',
    'http://192.168.1.1/',
    'http://100.100.100.200/latest/meta-data',
    'http://169.254.169.254/latest/meta-data',
    'http://168.63.129.16/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
  ])('is refused however it is spelled: %s', async (address) => {
    await expect(checkTarget(closed, address)).rejects.toMatchObject({ status: 400, code: 'egress-refused' });
  });

  it('is refused without saying what the name resolves to', async () => {
    const error = await checkTarget(closed, 'http://localhost/').catch((caught: Error) => caught);
    expect((error as Error).message).toContain('PLINTH_EGRESS_ALLOW');
    expect((error as Error).message).not.toContain('127.0.0.1');
  });

  it('passes when an administrator allowed its address, its range or its name', async () => {
    expect(await checkTarget({ egressAllow: '10.1.0.0/16' }, 'http://10.1.2.3:81/')).toMatchObject({
      address: '10.1.2.3',
      port: 81,
    });
    expect(await checkTarget({ egressAllow: 'localhost' }, 'http://localhost/')).toMatchObject({ host: 'localhost', port: 80 });
    expect(await checkTarget({ egressAllow: '::1' }, 'http://[::1]/')).toMatchObject({ address: '::1', family: 6 });
    await expect(checkTarget({ egressAllow: '10.1.0.0/16' }, 'http://10.2.2.3/')).rejects.toMatchObject({
      code: 'egress-refused',
    });
  });
});

it('takes public addresses', async () => {
  expect(await checkTarget(closed, 'https://93.184.216.34/x')).toMatchObject({ address: '93.184.216.34', port: 443, family: 4 });
  expect(await checkTarget(closed, 'https://[2606:2800:220:1::]/')).toMatchObject({ family: 6 });
  expect(isInside('not an address')).toBe(true);
});

it.each([
  'ftp://example.org/',
  'file:///etc/passwd',
  'gopher://example.org',
  'javascript:alert(1)',
  'example.org',
  '',
  'http://',
])('refuses what is no web address: %s', async (address) => {
  await expect(checkTarget(open, address)).rejects.toMatchObject({ status: 400, code: 'invalid-input' });
});

it('refuses a password in an address', async () => {
  await expect(checkTarget(open, 'http://ada:secret@127.0.0.1/')).rejects.toMatchObject({ code: 'invalid-input' });
});

it('tells entries of the allow list that are neither name, address nor range', () => {
  expect(parseAllowList('git.example.org, 10.0.0.0/8, ::1,').faults).toEqual([]);
  expect(parseAllowList('10.0.0.0/33, http://x, *.example.org, 10.0.0').faults).toEqual([
    '10.0.0.0/33',
    'http://x',
    '*.example.org',
    '10.0.0',
  ]);
});

describe('a call', () => {
  it('goes to the address that was checked, with the name kept for the other side', async () => {
    const url = await serve((request, response) => response.end(request.headers.host));
    const answer = await egressFetch({ egressAllow: 'localhost' }, url.replace('127.0.0.1', 'localhost'));
    expect(answer.text()).toMatch(/^localhost:\d+$/);
  });

  it('checks each redirect again', async () => {
    const inner = await serve((_request, response) => response.end('inner'));
    const url = await serve((_request, response) => response.writeHead(302, { location: inner }).end());
    expect((await egressFetch(open, url)).text()).toBe('inner');
    // Only the name is allowed here, so the address that the redirect names is not.
    await expect(egressFetch({ egressAllow: 'localhost' }, url.replace('127.0.0.1', 'localhost'))).rejects.toMatchObject({
      code: 'egress-refused',
    });
  });

  it('leaves credentials behind when a redirect goes to another origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(307, { location: other }).end();
    });
    await egressFetch(open, url, { headers: { Authorization: 'Bearer x' } });
    expect(seen).toEqual(['Bearer x', undefined]);
  });

  it('ends a circle of redirects, an answer without end and an answer that never comes', async () => {
    const circle = await serve((_request, response) => response.writeHead(302, { location: '/' }).end());
    await expect(egressFetch(open, circle)).rejects.toMatchObject({ status: 502, code: 'egress-failed' });
    const flood = await serve((_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour).on('error', () => {});
      pour();
    });
    await expect(egressFetch(open, flood, { maximumBytes: 1_000_000 })).rejects.toMatchObject({ code: 'egress-failed' });
    const silent = await serve(() => {});
    await expect(egressFetch(open, silent, { timeoutSeconds: 0.2 })).rejects.toMatchObject({ code: 'egress-failed' });
  });
});
