import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAddress } from '../../ui/address.ts';
import { TimeChart } from '../../ui/charts/time-chart.tsx';
import { number } from '../../ui/format.ts';
import { Button, Icon, StatusMark, Time } from '../../ui/kit.tsx';
import { Distribution } from './distribution.tsx';
import { Evidence } from './evidence.tsx';

type Monitor = Output<'getMonitor'>;
type Signal = Monitor['signals'][number];
type Alert = Monitor['alerts'][number];

/** Below so many rows shares say little. */
const fewRows = 50;
const shownAtFirst = 40;

/** Features and answers, those that changed most on top; one opens in place. */
export function Signals({ monitor }: { monitor: Pick<Monitor, 'signals' | 'windows' | 'alerts'> }) {
  const [address, change] = useAddress();
  const [all, setAll] = useState(false);
  const [word, setWord] = useState('');
  const { signals } = monitor;
  const worst = signals[0]?.state === 'quiet' ? undefined : signals[0];
  const open = address.signal ?? (worst && keyOf(worst));
  const found = signals.filter((one) => one.name.toLowerCase().includes(word.toLowerCase()));
  const shown = found.slice(0, all ? undefined : shownAtFirst);
  return (
    <>
      {signals.length > shownAtFirst && (
        <input
          type="search"
          aria-label="Find a feature"
          placeholder="Find a feature"
          className="find"
          value={word}
          onChange={(event) => setWord(event.target.value)}
        />
      )}
      <div className="signal-line signal-head caption" aria-hidden="true">
        <span>Feature or answer</span>
        <span>Distribution</span>
        <span>Evidence</span>
        <span className="number">Shift, sd</span>
        <span className="number">Stability</span>
        <span>Since</span>
        <span>State</span>
      </div>
      <ul className="signals" aria-label="Features and answers">
        {shown.map((signal) => (
          <Line
            key={keyOf(signal)}
            signal={signal}
            monitor={monitor}
            open={open === keyOf(signal)}
            turn={() => change({ signal: open === keyOf(signal) ? 'none' : keyOf(signal) }, 'replace')}
          />
        ))}
      </ul>
      {found.length > shown.length && (
        <Button className="self-start" onClick={() => setAll(true)}>
          Show all {number(found.length)}
        </Button>
      )}
      {found.length === 0 && <p className="faint">No feature is called so.</p>}
    </>
  );
}

const keyOf = (signal: Pick<Signal, 'about' | 'name'>): string => `${signal.about} ${signal.name}`;

const alertOf = (alerts: readonly Alert[], { about, name }: Signal): Alert | undefined =>
  alerts.find((one) => one.feature === name && one.kind === (about === 'answer' ? 'prediction-drift' : 'drift'));

function Line({
  signal,
  monitor,
  open,
  turn,
}: {
  signal: Signal;
  monitor: Pick<Monitor, 'windows' | 'alerts'>;
  open: boolean;
  turn: () => void;
}) {
  const { measures } = signal;
  const alert = alertOf(monitor.alerts, signal);
  return (
    <li className={open ? 'open' : ''}>
      <button type="button" className="signal-line" aria-expanded={open} onClick={turn}>
        <span className="signal-name">
          <Icon name={open ? 'down' : 'right'} />
          <span className="clip" title={signal.name}>
            {signal.name}
          </span>
          {signal.about === 'answer' && <small className="chip">answer</small>}
        </span>
        <Distribution bins={signal.bins} label={signal.name} />
        <Evidence evidence={signal.evidence} threshold={signal.threshold} brief />
        <Measure title="Shift, sd" value={measures.standardisedShift} signed />
        <Measure title="Stability" value={measures.populationStability} />
        <span className="faint signal-since">{alert?.startEstimate ? <Time at={alert.startEstimate} /> : '–'}</span>
        <StatusMark state={signal.state} />
      </button>
      {open && <Detail signal={signal} windows={monitor.windows} alert={alert} />}
    </li>
  );
}

function Measure({ title, value, signed = false }: { title: string; value: number | null | undefined; signed?: boolean }) {
  return (
    <span className="number">
      <small className="faint narrow-only">{title} </small>
      {value === null || value === undefined ? '–' : `${signed && value > 0 ? '+' : ''}${value.toFixed(2).replace('-', '−')}`}
    </span>
  );
}

function Detail({ signal, windows, alert }: { signal: Signal; windows: Monitor['windows']; alert: Alert | undefined }) {
  const seen = windows.flatMap((window) => {
    const found = window.signals[signal.name];
    return found ? [{ time: Date.parse(window.toAt), evidence: found.evidence }] : [];
  });
  return (
    <div className="signal-detail">
      <div className="stack">
        <Distribution bins={signal.bins} label={signal.name} large />
        <Evidence evidence={signal.evidence} threshold={signal.threshold} />
        <p className="soft">
          {signal.kind}; the newest {number(signal.recentRowCount)} rows
          {signal.recentRowCount < fewRows && '. So few rows differ by chance: read the shapes with care'}.{' '}
          {alert && <Link to={`/alerts/${alert.id}` as '/'}>See the alert</Link>}
        </p>
      </div>
      {seen.length > 1 && (
        <TimeChart
          title={`Evidence about ${signal.name}, powers of ten`}
          times={seen.map((one) => one.time)}
          courses={[
            { name: 'evidence', colour: 0, values: seen.map((one) => one.evidence) },
            { name: 'enough for an alert', colour: 1, values: seen.map(() => Math.log10(signal.threshold)) },
          ]}
          height={140}
        />
      )}
    </div>
  );
}
