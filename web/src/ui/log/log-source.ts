import { ApiProblem } from '@plinth/sdk';
import { client } from '../../api.ts';

const chunkBytes = 1024 * 1024;
const heldBytes = 64 * chunkBytes;
const pollMilliseconds = 700;
/** A line that begins like an error, or names its level, also in a colour. */
const faulty =
  /^[ \t]*(?:\u001b\[[\d;]*m)*(?:[Ee]rror\b|[Ff]atal\b|Traceback\b|[\w.]*(?:Error|Exception)\b)|(?:^|\W|\u001b\[[\d;]*m)(?:ERROR|FATAL|CRITICAL)\b/m;
const newline = 10;

/**
 * A log of any length, read by ranges of bytes. Of each line only where it begins is kept; of the bytes no more than some chunks, and what fell
 * out is read again when it comes into view. It grows with the log until it is told that the log has ended.
 */
export class LogSource {
  /** Where each line begins, in bytes; only the first `lineCount` entries are true. */
  private starts = new Float64Array(1024);
  private readonly chunks = new Map<number, Uint8Array>();
  private readonly asked = new Set<number>();
  private readonly decoder = new TextDecoder();
  private readonly stop = new AbortController();
  lineCount = 0;
  readBytes = 0;
  totalBytes = 0;
  firstFault: number | null = null;
  /** Whether all of it was read and nothing more will come. */
  ended = false;
  over = false;

  private readonly path: string;
  private readonly changed: () => void;

  constructor(path: string, changed: () => void) {
    this.path = path;
    this.changed = changed;
  }

  async run(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      const wasOver = this.over;
      let got = 0;
      try {
        got = await this.readOn();
      } catch {
        // The connection broke: it is tried again below, and nothing read is lost.
      }
      if (signal.aborted) return;
      if (got > 0) continue;
      if (wasOver) {
        this.ended = true;
        this.changed();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
  }

  close(): void {
    this.stop.abort();
  }

  /** The text of a line, or null while its bytes are being read again. */
  line(index: number): string | null {
    const from = this.starts[index]!;
    if (from >= this.readBytes) return '';
    const to = index + 1 < this.lineCount ? this.starts[index + 1]! - 1 : this.readBytes;
    const parts: Uint8Array[] = [];
    for (let at = Math.floor(from / chunkBytes); at <= Math.floor(Math.max(from, to - 1) / chunkBytes); at += 1) {
      const chunk = this.chunks.get(at);
      if (!chunk) {
        void this.fetchAgain(at);
        return null;
      }
      const base = at * chunkBytes;
      parts.push(chunk.subarray(Math.max(0, from - base), Math.max(0, to - base)));
    }
    const text = parts.length === 1 ? this.decoder.decode(parts[0]) : this.decoder.decode(joined(parts));
    return text.endsWith('\n') ? text.slice(0, -1) : text;
  }

  /** Numbers of the lines that hold a word, first ones first, at most `most`. A piece is looked at as a whole before its lines are. */
  async find(word: string, most: number, signal: AbortSignal): Promise<number[]> {
    const found: number[] = [];
    const wanted = word.toLowerCase();
    const decoder = new TextDecoder();
    let rest = '';
    let line = 0;
    const pieces = Math.ceil(this.readBytes / chunkBytes);
    for (let at = 0; at < pieces && found.length < most && !signal.aborted; at += 1) {
      if (!this.chunks.has(at)) await this.fetchAgain(at);
      const text = rest + decoder.decode(this.chunks.get(at), { stream: true });
      const lines = text.split('\n');
      rest = at === pieces - 1 ? '' : lines.pop()!;
      if (text.toLowerCase().includes(wanted)) {
        for (const [step, one] of lines.entries()) if (one.toLowerCase().includes(wanted)) found.push(line + step);
      }
      line += lines.length;
      // Lets the page draw and the reader type on.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return found.slice(0, most);
  }

  /** Reads the next piece. @returns how many bytes came */
  private async readOn(): Promise<number> {
    const from = this.readBytes;
    const at = Math.floor(from / chunkBytes);
    let bytes: Uint8Array;
    try {
      // The last byte known is asked again: a range that begins at the end of a log would be refused.
      const known = from > 0 ? 1 : 0;
      bytes = (await this.range(from - known, (at + 1) * chunkBytes - 1)).subarray(known);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 416) return 0;
      throw error;
    }
    if (bytes.length === 0) return 0;
    const before = this.chunks.get(at);
    this.keep(at, before ? joined([before, bytes]) : bytes);
    this.index(bytes, from);
    this.readBytes = from + bytes.length;
    this.totalBytes = Math.max(this.totalBytes, this.readBytes);
    this.lookForFault(bytes, from);
    this.changed();
    return bytes.length;
  }

  private index(bytes: Uint8Array, from: number): void {
    if (this.lineCount === 0) this.begin(0);
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) this.begin(from + at + 1);
  }

  private begin(offset: number): void {
    if (this.lineCount === this.starts.length) {
      const wider = new Float64Array(this.starts.length * 2);
      wider.set(this.starts);
      this.starts = wider;
    }
    this.starts[this.lineCount] = offset;
    this.lineCount += 1;
  }

  /** Looks at a piece as a whole: line by line would cost more than reading it. */
  private lookForFault(bytes: Uint8Array, from: number): void {
    if (this.firstFault !== null) return;
    const text = this.decoder.decode(bytes);
    const match = faulty.exec(text);
    if (!match) return;
    const offset = from + new TextEncoder().encode(text.slice(0, match.index + match[0].length - 1)).length;
    let index = this.lineCount - 1;
    while (index > 0 && this.starts[index]! > offset) index -= 1;
    this.firstFault = index;
  }

  private async fetchAgain(at: number): Promise<void> {
    if (this.asked.has(at)) return;
    this.asked.add(at);
    try {
      const bytes = await this.range(at * chunkBytes, Math.min(this.readBytes, (at + 1) * chunkBytes) - 1);
      this.keep(at, bytes);
      this.changed();
    } catch {
      // The next look at it asks again.
    } finally {
      this.asked.delete(at);
    }
  }

  private async range(from: number, to: number): Promise<Uint8Array> {
    const response = await client.fetch(this.path, {
      signal: this.stop.signal,
      headers: { range: `bytes=${from}-${to}` },
    });
    const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
    if (total > 0) this.totalBytes = total;
    return new Uint8Array(await response.arrayBuffer());
  }

  private keep(at: number, bytes: Uint8Array): void {
    this.chunks.delete(at);
    this.chunks.set(at, bytes);
    while (this.chunks.size > heldBytes / chunkBytes) this.chunks.delete(this.chunks.keys().next().value!);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
