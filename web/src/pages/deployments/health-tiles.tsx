import type { ReactNode } from 'react';
import { number, roundTo } from '../../ui/format.ts';

/** Counts of requests and how long they took, as both a deployment and a monitor have them. */
export interface Health {
  requestCount: number;
  rowCount: number;
  clientErrorCount: number;
  serverErrorCount: number;
  p50Milliseconds: number | null;
  p95Milliseconds: number | null;
}

/** How a service did in the last hour, in numbers that are read from afar. */
export function HealthTiles({ health }: { health: Health }) {
  const failed = health.serverErrorCount;
  return (
    <section className="numbers" aria-label="Health of the last hour">
      <Tile title="Requests, 1 h" value={number(health.requestCount)}>
        {number(health.rowCount)} {health.rowCount === 1 ? 'row' : 'rows'}
      </Tile>
      <Tile title="Failed here" value={number(failed)} tone={failed > 0 ? 'bad' : ''}>
        {number(health.clientErrorCount)} refused as sent
      </Tile>
      <Tile title="Latency p50" value={milliseconds(health.p50Milliseconds)}>
        half were faster
      </Tile>
      <Tile title="Latency p95" value={milliseconds(health.p95Milliseconds)}>
        19 of 20 were faster
      </Tile>
    </section>
  );
}

export function Tile({
  title,
  value,
  tone = '',
  children,
}: {
  title: string;
  value: ReactNode;
  tone?: string;
  children?: ReactNode;
}) {
  return (
    <div className="number-tile">
      <span className="soft">{title}</span>
      <span className={`key ${tone}`}>{value}</span>
      {children && <span className="caption">{children}</span>}
    </div>
  );
}

const milliseconds = (value: number | null): ReactNode =>
  value === null ? (
    <span className="faint">–</span>
  ) : (
    <>
      {number(roundTo(value, 3))} <small>ms</small>
    </>
  );
