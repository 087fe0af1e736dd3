import { useState } from 'react';
import { useCall } from '../../api.ts';
import { figure, number } from '../../ui/format.ts';
import { Button, Panel } from '../../ui/kit.tsx';
import { byWeight, hasCourse, type Result } from './headline.ts';

const mostTiles = 8;

/** Results that are one number each, the goal's first. */
export function KeyNumbers({
  run,
  most = mostTiles,
}: {
  /** A run, or what has results of one, such as a version. */
  run: {
    projectId: string;
    metrics: readonly Result[];
  };
  most?: number;
}) {
  const goals = useCall('listGoals', { project: run.projectId, limit: 1000 });
  const goalOf = new Map(goals.data?.items.map((goal) => [goal.metric, goal]));
  const single = run.metrics.filter((metric) => !hasCourse(metric));
  const shown = byWeight(single, new Set(goalOf.keys())).slice(0, most);
  if (shown.length === 0) return null;
  return (
    <section className="numbers" aria-label="Key numbers">
      {shown.map((metric) => {
        const goal = goalOf.get(metric.key);
        const met =
          goal?.target !== null && goal?.target !== undefined && typeof metric.value === 'number'
            ? goal.direction === 'minimize'
              ? metric.value <= goal.target
              : metric.value >= goal.target
            : null;
        return (
          <div key={metric.key} className="number-tile">
            <span className="soft clip" title={metric.key}>
              {metric.key}
            </span>
            <span className="key" title={number(metric.value)}>
              {figure(metric.value)}
            </span>
            {goal && met !== null && (
              <span className={`status ${met ? 'ok' : 'warn'}`}>
                <i aria-hidden="true">{met ? '✓' : '▲'}</i> goal {number(goal.target)} {met ? 'met' : 'not met'}
              </span>
            )}
          </div>
        );
      })}
    </section>
  );
}

interface Pair {
  key: string;
  value: string;
  hint?: string;
}

/** Names and values, searchable when they are many. */
export function PairList({ title, pairs, nothing }: { title: string; pairs: readonly Pair[]; nothing: string }) {
  const [word, setWord] = useState('');
  const [all, setAll] = useState(false);
  const found = pairs.filter((pair) => `${pair.key} ${pair.value}`.toLowerCase().includes(word.toLowerCase()));
  const shown = all ? found : found.slice(0, 14);
  return (
    <Panel
      title={title}
      aside={
        pairs.length > 8 && (
          <input
            aria-label={`Find in ${title.toLowerCase()}`}
            placeholder="Find"
            style={{ width: 144 }}
            value={word}
            onChange={(event) => setWord(event.target.value)}
          />
        )
      }
    >
      {pairs.length === 0 && <p className="faint">{nothing}</p>}
      <dl className={pairs.some((pair) => pair.hint) ? 'facts dense hinted' : 'facts dense'}>
        {shown.map((pair) => (
          <div key={pair.key}>
            <dt className="clip" title={pair.key}>
              {pair.key}
            </dt>
            <dd className="mono clip" title={pair.value}>
              {pair.value}
            </dd>
            {pair.hint && <dd className="caption hint">{pair.hint}</dd>}
          </div>
        ))}
      </dl>
      {found.length > 14 && (
        <Button tone="quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${found.length.toLocaleString('en')}`}
        </Button>
      )}
      {pairs.length > 0 && found.length === 0 && <p className="faint">Nothing has that name or value.</p>}
    </Panel>
  );
}
