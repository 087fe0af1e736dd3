import { connect } from 'node:net';
import { WebSocket } from 'ws';

/** One HTTP request with any Host, as text: `fetch` may not set it, and the name is not in every resolver. */
export async function raw(
  url: string,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  body = '',
): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const lines = Object.entries({
        ...headers,
        connection: 'close',
        ...(body ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
      }).map(([name, value]) => `${name}: ${value}`);
      socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

/** Runs code in a kernel over its WebSocket; what it printed. */
export function runInKernel(url: string, path: string, headers: Record<string, string>, code: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers });
    const id = 'message-1';
    let printed = '';
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
    socket.on('open', () =>
      socket.send(
        JSON.stringify({
          header: { msg_id: id, username: 'test', session: 'test', msg_type: 'execute_request', version: '5.3' },
          parent_header: {},
          metadata: {},
          content: { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false },
          channel: 'shell',
        }),
      ),
    );
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      if (message.msg_type === 'stream') printed += message.content.text;
      if (message.msg_type === 'error') reject(new Error(message.content.evalue));
      if (message.msg_type === 'execute_reply' && message.parent_header.msg_id === id)
        setTimeout(() => {
          socket.close();
          resolve(printed);
        }, 200);
    });
  });
}

/** Enters a workspace by the address of its entry; gives what the browser sends from then on. */
export async function enterBy(server: string, entry: string): Promise<Record<string, string>> {
  const { host, pathname, search, origin } = new URL(entry);
  const cookie = /set-cookie: (plinth_content_[^;]+)/i.exec(await raw(server, pathname + search, { host }))![1]!;
  return { host, cookie, origin };
}

/** Starts a kernel of the project in a workspace whose tool answers. @returns its id */
export async function startKernel(server: string, base: string, headers: Record<string, string>): Promise<string> {
  const body = JSON.stringify({ name: 'project' });
  const made = await raw(server, `${base}api/kernels`, { ...headers, 'content-type': 'application/json' }, 'POST', body);
  return /"id": ?"([0-9a-f-]+)"/.exec(made)![1]!;
}
