import { readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import type { AttemptUsage, ExitedObservation } from '../executor.ts';
import { type AttemptRecord, attemptPaths } from './attempt-files.ts';

/** Written in place of a start when an attempt is cancelled before it: the shim then finds the start taken. */
export const neverStartedRecord = 'never-started\nreason cancelled\n';

// The shell is silent about these two, so that a code of 128 + number is taken for the signal.
const silentSignals: number[] = [constants.signals.SIGINT, constants.signals.SIGPIPE];

/** Reads what the shim left at the end; null while there is no end. */
export function readExit(folder: string, record: AttemptRecord): ExitedObservation | null {
  const paths = attemptPaths(folder);
  let text: string;
  let finishedAt: Date;
  try {
    text = readFileSync(paths.exit, 'utf8');
    finishedAt = statSync(paths.exit).mtime;
  } catch {
    return null;
  }
  const facts = parseFacts(text);
  const { exitCode, signal } = endOf(facts);
  const oomKills = Number(facts.get('oom-kills') ?? 0);
  const neverStarted = facts.has('never-started') || facts.has('failed');
  return {
    state: 'exited',
    exitCode,
    signal,
    outOfMemory: oomKills > 0 && exitCode !== 0,
    memoryLimitBytes: record.memoryLimitBytes,
    timedOut: facts.get('reason') === 'timed-out',
    cancelled: facts.get('reason') === 'cancelled',
    startError: startErrorOf(facts),
    usage: usageOf(facts),
    startedAt: neverStarted ? null : startOf(paths.start),
    finishedAt,
  };
}

/** Lines of `name value`; a line of another kind is what the shell says when a signal ended the command. */
function parseFacts(text: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, name, value] =
      /^(code|failed|reason|oom-kills|peak-memory-bytes|cpu-nanoseconds|cpu-microseconds|never-started) ?(.*)$/.exec(line) ?? [];
    if (name) facts.set(name, value ?? '');
    // The second line of `times` is that of the children.
    else if (/^\d+m[\d.]+s \d+m[\d.]+s$/.test(line)) facts.set('times', line);
    else if (!facts.has('code')) facts.set('said', [facts.get('said'), line.trim()].filter(Boolean).join(' '));
  }
  return facts;
}

function endOf(facts: Map<string, string>): { exitCode: number | null; signal: number | null } {
  if (facts.has('failed') || facts.has('never-started')) return { exitCode: null, signal: null };
  const code = facts.get('code');
  // The first process of the tree did not report: it was killed with the rest, or the attempt was cancelled just before the command.
  if (code === undefined) return { exitCode: null, signal: constants.signals.SIGKILL };
  const signal = Number(code) - 128;
  const isSignal = signal > 0 && signal <= 64 && (facts.has('said') || silentSignals.includes(signal));
  return isSignal ? { exitCode: null, signal } : { exitCode: Number(code), signal: null };
}

function startErrorOf(facts: Map<string, string>): string | null {
  const failed = facts.get('failed');
  if (failed === undefined) return null;
  const said = facts.get('said');
  return said ? `${failed}: ${said}` : failed;
}

function usageOf(facts: Map<string, string>): AttemptUsage {
  const peak = facts.get('peak-memory-bytes');
  return { cpuSeconds: cpuSecondsOf(facts), peakMemoryBytes: peak === undefined ? null : Number(peak) };
}

function cpuSecondsOf(facts: Map<string, string>): number {
  if (facts.has('cpu-nanoseconds')) return Number(facts.get('cpu-nanoseconds')) / 1e9;
  if (facts.has('cpu-microseconds')) return Number(facts.get('cpu-microseconds')) / 1e6;
  const parts = [...(facts.get('times') ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

function startOf(path: string): Date | null {
  return statSync(path, { throwIfNoEntry: false })?.mtime ?? null;
}
