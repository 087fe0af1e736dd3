import type { Output } from '@plinth/sdk';
import { call, queries } from '../api.ts';
import { Field, FormDialog, faultOf } from '../ui/kit.tsx';
import { exactTime } from '../ui/time.tsx';

export const stages = ['ideation', 'data', 'exploration', 'modelling', 'validation', 'production', 'monitoring'] as const;
export const statuses = ['proposed', 'active', 'blocked', 'on-hold', 'complete', 'archived'] as const;

type StageChange = Output<'listStageChanges'>['items'][number];

/** The way of a project, with the day on which it came to each stage; who moved it and why stand on hover and focus. */
export function Arc({ stage, changes }: { stage: string; changes: readonly StageChange[] }) {
  const at = stages.indexOf(stage as (typeof stages)[number]);
  return (
    <ol className="arc" aria-label="Stages" tabIndex={0}>
      {stages.map((one, index) => {
        const arrival = [...changes].reverse().find((change) => change.toStage === one && change.fromStage !== one);
        const passed = index < at;
        const story = arrival
          ? `${exactTime(arrival.changedAt)}, ${arrival.changedByName}${arrival.reason ? `: ${arrival.reason}` : ''}`
          : passed
            ? 'Passed over'
            : index === at
              ? 'Here from the beginning'
              : 'Not yet';
        return (
          <li
            key={one}
            className={passed ? 'past' : index === at ? 'now' : ''}
            aria-current={index === at ? 'step' : undefined}
            data-tip={story}
          >
            {one}
            <span className="arc-date">
              {arrival && index <= at ? (
                <time dateTime={arrival.changedAt}>{new Date(arrival.changedAt).toLocaleDateString(undefined, dateOnly)}</time>
              ) : (
                ' '
              )}
            </span>
            <span className="unseen">{story}</span>
          </li>
        );
      })}
    </ol>
  );
}

const dateOnly = { day: 'numeric', month: 'short', year: 'numeric' } as const;

export function MoveStage({ project, open, close }: { project: Output<'getProject'>; open: boolean; close: () => void }) {
  return (
    <FormDialog
      title="Move in the arc"
      action="Move"
      open={open}
      close={close}
      submit={async (form) => {
        await call('changeStage', {
          project: project.slug,
          body: {
            stage: form.get('stage') as 'data',
            status: form.get('status') as 'active',
            reason: String(form.get('reason') ?? ''),
          },
        });
        void queries.invalidateQueries();
      }}
    >
      {(error) => (
        <>
          <Field label="Stage" error={faultOf(error, 'stage')}>
            <select name="stage" defaultValue={project.stage}>
              {stages.map((stage) => (
                <option key={stage}>{stage}</option>
              ))}
            </select>
          </Field>
          <Field label="Status" error={faultOf(error, 'status')} hint="In an archived project nothing new can be started.">
            <select name="status" defaultValue={project.status}>
              {statuses.map((status) => (
                <option key={status}>{status}</option>
              ))}
            </select>
          </Field>
          <Field label="Why" error={faultOf(error, 'reason')} hint="Stands in the arc for everybody who reads the project.">
            <textarea name="reason" maxLength={2000} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
