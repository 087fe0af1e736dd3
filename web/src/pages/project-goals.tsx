import type { Output } from '@plinth/sdk';
import { Link } from '@tanstack/react-router';
import { call, queries, useCall } from '../api.ts';
import { day, number } from '../ui/format.ts';
import { Field, FormDialog, faultOf, Loaded, StatusMark } from '../ui/kit.tsx';

export type Progress = Output<'listGoalProgress'>['items'][number];

/** A goal that a run reached is met, also while nobody has said so. */
export const goalState = (goal: Progress): string => (goal.state === 'open' && goal.reached ? 'met' : goal.state);

/** How far, from 0 to 1, where one can say so: the best value against the target. */
export function share(goal: Progress): number | null {
  if (goal.value === null || goal.target === null) return null;
  if (goal.reached) return 1;
  const part = goal.direction === 'maximize' ? goal.value / goal.target : goal.target / goal.value;
  return Number.isFinite(part) ? Math.min(1, Math.max(0, part)) : null;
}

export function GoalBar({ goal }: { goal: Progress }) {
  const part = share(goal);
  if (part === null) return null;
  return (
    <span className={`goal-bar ${goal.reached ? 'ok' : ''}`} aria-hidden="true">
      <i style={{ width: `${part * 100}%` }} />
    </span>
  );
}

export function Goals({ slug }: { slug: string }) {
  const goals = useCall('listGoalProgress', { project: slug, limit: 1000 });
  return (
    <Loaded query={goals}>
      {(data) =>
        data.items.length === 0 ? (
          <p className="faint">No goal yet. A goal with a metric shows by itself whether the work gets there.</p>
        ) : (
          <ul className="goals">
            {data.items.map((goal) => (
              <li key={goal.id}>
                <StatusMark state={goalState(goal)} />
                <div className="grow">
                  <strong>{goal.title}</strong>
                  <div className="soft">
                    {goal.metric === null ? (
                      'No metric: somebody says when it is met'
                    ) : goal.value === null ? (
                      <>
                        <span className="mono">{goal.metric}</span>, not logged by any run yet
                      </>
                    ) : (
                      <>
                        <span className="mono">{goal.metric}</span> best in{' '}
                        <Link to={`/runs/${goal.runId}` as '/'}>{goal.runName || 'a run'}</Link>
                      </>
                    )}
                    {goal.dueOn && <>, due {day(goal.dueOn)}</>}
                  </div>
                </div>
                {goal.metric !== null && (
                  <div className="goal-numbers">
                    <span className="tabular">
                      {goal.value !== null && <strong>{number(goal.value)} </strong>}
                      <span className="soft">
                        {goal.value === null && 'wanted '}
                        {goal.direction === 'maximize' ? '≥' : '≤'} {goal.target === null ? 'no target' : number(goal.target)}
                      </span>
                    </span>
                    <GoalBar goal={goal} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

export function AddGoal({ slug, open, close }: { slug: string; open: boolean; close: () => void }) {
  const keys = useCall('listMetricKeys', { project: slug });
  return (
    <FormDialog
      title="Add a goal"
      action="Add"
      open={open}
      close={close}
      submit={async (form) => {
        const text = (name: string): string => String(form.get(name) ?? '').trim();
        await call('addGoal', {
          project: slug,
          body: {
            title: text('title'),
            ...(text('metric') ? { metric: text('metric') } : {}),
            ...(text('target') ? { target: Number(text('target')) } : {}),
            ...(text('dueOn') ? { dueOn: text('dueOn') } : {}),
            direction: text('direction') as 'maximize',
          },
        });
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="What is to be reached?" error={faultOf(error, 'title')}>
            <input name="title" required maxLength={200} />
          </Field>
          <div className="form-row">
            <Field label="Metric" error={faultOf(error, 'metric')}>
              <input name="metric" list="metric-keys" placeholder="test_roc_auc" />
            </Field>
            <Field label="Better is">
              <select name="direction">
                <option value="maximize">more</option>
                <option value="minimize">less</option>
              </select>
            </Field>
            <Field label="Target" error={faultOf(error, 'target')}>
              <input name="target" type="number" step="any" />
            </Field>
          </div>
          <datalist id="metric-keys">
            {(keys.data?.items ?? []).map((key) => (
              <option key={key} value={key} />
            ))}
          </datalist>
          <Field label="Due on" error={faultOf(error, 'dueOn')}>
            <input name="dueOn" type="date" />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
