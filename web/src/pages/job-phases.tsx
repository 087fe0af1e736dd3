import type { Output } from '@plinth/sdk';
import { useEffect, useState } from 'react';
import { duration, money, secondsBetween } from '../ui/format.ts';
import { exactTime } from '../ui/time.tsx';

type Job = Output<'getJob'>;

/** The time now, ticking while something runs. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

/** From asked for to over: how long each part took, to scale where that can be seen. */
export function Phases({ job }: { job: Job }) {
  const over = job.finishedAt !== null;
  const now = useNow(!over);
  const parts: { name: string; from: string | null; to: string | null; kind: string; says: string }[] = [
    {
      name: 'Queued',
      from: job.createdAt,
      to: job.startingAt ?? job.finishedAt,
      kind: 'wait',
      says: 'waited for room and its environment',
    },
    {
      name: 'Starting',
      from: job.startingAt,
      to: job.startedAt ?? job.finishedAt,
      kind: 'prepare',
      says: 'laid out code, data and environment',
    },
    {
      name: 'Running',
      from: job.startedAt,
      to: job.finishedAt,
      kind: job.state,
      says: 'ran the command; this is what is paid for',
    },
  ];
  const length = (part: (typeof parts)[number]): number => secondsBetween(part.from, part.to, now) ?? 0;
  const whole = parts.reduce((sum, part) => sum + length(part), 0) || 1;
  return (
    <ol className="phases" aria-label="Phases">
      {parts.map((part) => {
        const current = part.from !== null && part.to === null;
        return (
          <li
            key={part.name}
            className={`${part.from ? part.kind : 'not'} ${current ? 'current' : ''}`}
            style={{ flexGrow: Math.max(0.12, length(part) / whole) }}
            aria-current={current ? 'step' : undefined}
            data-tip={part.from ? `${part.name} ${exactTime(part.from)}: ${part.says}` : 'Not reached'}
          >
            <i aria-hidden="true" />
            <span className="phase-name">{part.name}</span>
            <span className="tabular">{part.from ? duration(part.from, part.to, now) : '–'}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** What it cost so far: it ticks while it runs, by the price that it started with. */
export function Cost({ job }: { job: Job }) {
  const running = job.startedAt !== null && job.finishedAt === null;
  const now = useNow(running);
  const amount = running ? (job.pricePerHour * (now - Date.parse(job.startedAt!))) / 3_600_000 : job.cost.amount;
  return (
    <span className="tabular" title={`${amount.toFixed(6)} ${job.cost.currency}`}>
      {money({ ...job.cost, amount: Math.max(0, amount) })}
      {running ? ' so far' : ''}
    </span>
  );
}
