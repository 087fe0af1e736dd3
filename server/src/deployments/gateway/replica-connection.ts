import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { encodeFrame, type Frame, makeFrameReader } from './frames.ts';

/** One request as the model server takes it: the bytes that the caller sent, untouched. */
export interface ModelRequest {
  form: 'mlflow' | 'v2';
  contentType: string;
  body: Buffer;
  deadlineMilliseconds: number;
}

/** The answer, and what the prediction log keeps of it as JSON bytes. */
export interface ModelAnswer {
  status: number;
  body: Buffer;
  columnsJson: Buffer;
  rowsJson: Buffer;
  outputsJson: Buffer;
  rowCount: number;
  /** Time inside predict, shared by all that were predicted together. */
  predictMilliseconds: number;
  together: number;
  error: string | null;
}

/** What a model server says of itself once its model is loaded. */
export interface ModelDescription {
  flavors: string[];
  rowWise: boolean;
  mlflowVersion: string;
  pythonVersion: string;
  signature: unknown;
  inputExample: unknown;
  v2: { inputs: unknown[]; outputs: unknown[] };
}

/** The connection went before the answer came: nobody knows whether the model saw the request, and predicting twice does no harm. */
export class ReplicaGone extends Error {}
/** As many requests wait at this replica as may. */
export class ReplicaFull extends Error {}
/** No answer within the deadline. */
export class ReplicaLate extends Error {}

interface Pending {
  resolve(frame: Frame): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** Past its deadline the model server itself says so; the gateway waits this much longer for that, then answers by itself. */
const lateMilliseconds = 100;
const connectMilliseconds = 3_000;
/** What the kernel takes as the path of a socket. */
const longestPath = 100;

/** One connection to a replica's socket, shared by all requests; opened when first used and again after it broke. */
export class ReplicaConnection {
  readonly #path: string;
  readonly #capacity: number;
  readonly #pending = new Map<number, Pending>();
  #socket: Promise<Socket> | null = null;
  #next = 1;
  #closed = false;

  constructor(socketPath: string, capacity: number) {
    this.#path = socketPath;
    this.#capacity = capacity;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  async predict(request: ModelRequest, signal?: AbortSignal): Promise<ModelAnswer> {
    if (this.#pending.size >= this.#capacity) throw new ReplicaFull();
    const { body, ...header } = request;
    const frame = await this.#ask(
      { operation: 'predict', ...header },
      body,
      request.deadlineMilliseconds + lateMilliseconds,
      signal,
    );
    return asAnswer(frame);
  }

  async describe(timeoutMilliseconds = 5_000): Promise<ModelDescription> {
    const { header } = await this.#ask({ operation: 'describe' }, undefined, timeoutMilliseconds);
    const { id: _id, status: _status, waiting: _waiting, processId: _process, ...description } = header;
    return description as unknown as ModelDescription;
  }

  async ping(timeoutMilliseconds = 2_000): Promise<void> {
    await this.#ask({ operation: 'ping' }, undefined, timeoutMilliseconds);
  }

  close(): void {
    this.#closed = true;
    const socket = this.#socket;
    this.#socket = null;
    socket?.then((open) => open.destroy()).catch(() => {});
    this.#fail(new ReplicaGone('the connection was closed'));
  }

  async #ask(header: object, body: Buffer | undefined, timeoutMilliseconds: number, signal?: AbortSignal): Promise<Frame> {
    const socket = await this.#open();
    const id = this.#next++;
    return new Promise<Frame>((resolve, reject) => {
      const forget = (error: Error) => {
        if (!this.#pending.delete(id)) return;
        clearTimeout(timer);
        send(socket, encodeFrame({ operation: 'cancel', id }));
        reject(error);
      };
      const timer = setTimeout(() => forget(new ReplicaLate()), timeoutMilliseconds);
      this.#pending.set(id, { resolve, reject, timer });
      signal?.addEventListener('abort', () => forget(new Error('the caller has gone')), { once: true });
      send(socket, encodeFrame({ ...header, id }, body));
    });
  }

  #open(): Promise<Socket> {
    if (this.#closed) return Promise.reject(new ReplicaGone('the connection was closed'));
    this.#socket ??= this.#connect();
    return this.#socket;
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const { path, release } = reachable(this.#path);
      const socket = connect({ path });
      const timer = setTimeout(() => socket.destroy(new Error('it did not answer')), connectMilliseconds);
      const read = makeFrameReader();
      socket.on('connect', () => {
        clearTimeout(timer);
        release();
        resolve(socket);
      });
      socket.on('data', (chunk) => {
        try {
          for (const frame of read(chunk)) this.#answered(frame);
        } catch (error) {
          socket.destroy(error as Error);
        }
      });
      let reason = 'it closed the connection';
      socket.on('error', (error) => {
        reason = error.message;
      });
      socket.on('close', () => {
        clearTimeout(timer);
        release();
        this.#socket = null;
        const gone = new ReplicaGone(`The replica is gone: ${reason}`);
        reject(gone);
        this.#fail(gone);
      });
    });
  }

  #answered(frame: Frame): void {
    const id = frame.header.id as number;
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.resolve(frame);
  }

  #fail(error: Error): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    this.#pending.clear();
  }
}

function send(socket: Socket, buffers: Buffer[]): void {
  if (socket.destroyed) return;
  if (buffers.length > 1) socket.cork();
  for (const buffer of buffers) socket.write(buffer);
  if (buffers.length > 1) socket.uncork();
}

function asAnswer({ header, body }: Frame): ModelAnswer {
  const [answer = 0, columns = 0, rows = 0, outputs = 0] = header.lengths as number[];
  const at = [answer, answer + columns, answer + columns + rows, answer + columns + rows + outputs] as const;
  return {
    status: header.status as number,
    body: body.subarray(0, at[0]),
    columnsJson: body.subarray(at[0], at[1]),
    rowsJson: body.subarray(at[1], at[2]),
    outputsJson: body.subarray(at[2], at[3]),
    rowCount: header.rowCount as number,
    predictMilliseconds: header.milliseconds as number,
    together: header.together as number,
    error: (header.error as string | undefined) ?? null,
  };
}

/** A long path is reached through an open descriptor of its folder, where the system has them under /proc. */
function reachable(path: string): { path: string; release(): void } {
  if (Buffer.byteLength(path) <= longestPath) return { path, release: () => {} };
  let folder: number | null = null;
  try {
    folder = openSync(dirname(path), 'r');
    const opened = folder;
    let held = true;
    return {
      path: join(`/proc/self/fd/${opened}`, path.slice(dirname(path).length + 1)),
      release: () => {
        if (held) closeSync(opened);
        held = false;
      },
    };
  } catch {
    if (folder !== null) closeSync(folder);
    return { path, release: () => {} };
  }
}
