import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromHashThread, ToHashThread } from './hash-thread.ts';

/**
 * Big contents pass through lanes: a few blocks of memory each, which are received, written to the disk or a socket, and hashed by another thread, all
 * at once and without a copy in between. There are few lanes, so that the memory is bounded; whoever finds none free does the same by
 * itself, slower.
 */
export const blockBytes = 1024 * 1024;
const blocksOfLane = 12;
const mostLanes = 10;
const pageBytes = 65_536;

export interface Block {
  /** Begins at a page of memory, as writes past the page cache want it. */
  readonly bytes: Buffer;
  readonly number: number;
  readonly offset: number;
  holds: number;
}

const idle: Lane[] = [];
const lanes: Lane[] = [];
const threads: HashThread[] = [];
/** Node has it, and its types do not say so. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
};
interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  /** @returns how many pages there were before */
  grow(pages: number): number;
}
/** One reservation of memory for all lanes: each WebAssembly memory costs gigabytes of addresses. */
let memory: SharedMemory | null = null;

/** Null when all are taken. */
export function takeLane(): Lane | null {
  const lane = idle.pop() ?? (lanes.length < mostLanes ? makeLane() : null);
  lane?.begin();
  return lane;
}

function makeLane(): Lane {
  const pages = (blocksOfLane * blockBytes) / pageBytes;
  memory ??= new WebAssembly.Memory({ initial: 0, maximum: mostLanes * pages, shared: true });
  const offset = memory.grow(pages) * pageBytes;
  const made = new Lane(lanes.length, memory.buffer, offset, threadFor(lanes.length));
  lanes.push(made);
  return made;
}

/** A thread that keeps the process alive while one of its lanes is in use: digests are waited for that nothing else announces. */
class HashThread {
  readonly worker: Worker;
  private users = 0;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.unref();
  }

  use(change: 1 | -1): void {
    this.users += change;
    if (this.users === 0) this.worker.unref();
    else this.worker.ref();
  }
}

function threadFor(lane: number): HashThread {
  const number = lane % Math.min(4, availableParallelism());
  const thread = threads[number];
  if (thread) return thread;
  const worker = new Worker(join(import.meta.dirname, 'hash-thread.ts'), { execArgv: [], env: {} });
  worker.on('message', (message: FromHashThread) => lanes[message.lane]!.hear(message));
  worker.on('error', (error) => {
    // The process must not go on with digests that never come.
    throw error;
  });
  const made = new HashThread(worker);
  threads[number] = made;
  return made;
}

export class Lane {
  private readonly number: number;
  private readonly thread: HashThread;
  private readonly blocks: Block[];
  private readonly free: Block[];
  private readonly waiting: (() => void)[] = [];
  private digested: ((digest: string) => void) | null = null;

  constructor(number: number, memory: SharedArrayBuffer, offset: number, thread: HashThread) {
    this.number = number;
    this.thread = thread;
    this.blocks = Array.from({ length: blocksOfLane }, (_, index) => {
      const start = offset + index * blockBytes;
      return { number: index, offset: start, bytes: Buffer.from(memory, start, blockBytes), holds: 0 };
    });
    this.free = [...this.blocks];
    this.tell({ lane: number, memory, offset });
  }

  begin(): void {
    this.thread.use(1);
  }

  /** A block that nobody uses; it is the caller's until released. */
  async take(): Promise<Block> {
    while (this.free.length === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const block = this.free.pop()!;
    block.holds = 1;
    return block;
  }

  get hasFree(): boolean {
    return this.free.length > 0;
  }

  /** All of them, once nobody uses any. */
  async takeAll(): Promise<Block[]> {
    const taken: Block[] = [];
    while (taken.length < this.blocks.length) taken.push(await this.take());
    return taken;
  }

  /** One more user. */
  hold(block: Block): void {
    block.holds += 1;
  }

  release(block: Block): void {
    block.holds -= 1;
    if (block.holds > 0) return;
    this.free.push(block);
    this.waiting.shift()?.();
  }

  /** Adds the beginning of a block to the digest, in the order of the calls; holds it meanwhile. */
  hash(block: Block, length: number): void {
    this.hold(block);
    this.tell({ lane: this.number, block: block.number, offset: block.offset, length });
  }

  /** Of all that was hashed since the last time. */
  digest(): Promise<string> {
    return new Promise<string>((resolve) => {
      this.digested = resolve;
      this.tell({ lane: this.number, end: true });
    });
  }

  /** Gives the lane back once nobody uses its blocks any more. */
  async close(): Promise<void> {
    for (const block of await this.takeAll()) this.release(block);
    // What was hashed of something that broke off must not go into the next digest.
    await this.digest();
    this.thread.use(-1);
    idle.push(this);
  }

  hear(message: FromHashThread): void {
    if ('digest' in message) this.digested?.(message.digest);
    else this.release(this.blocks[message.block]!);
  }

  private tell(message: ToHashThread): void {
    this.thread.worker.postMessage(message);
  }
}
