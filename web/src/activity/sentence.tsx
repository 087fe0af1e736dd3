import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { houseTellings, roleOn } from './house-tellings.tsx';
import { modelTellings } from './model-tellings.tsx';
import { type Data, type Happening, type Told, text } from './telling.ts';

export type { Happening };

const to = (path: string, label: string): ReactNode => (label ? <Link to={path as '/'}>{label}</Link> : null);

const ends: Record<string, [string, Told['tone']]> = {
  succeeded: ['finished job', 'ok'],
  failed: ['ran job', 'bad'],
  cancelled: ['cancelled job', 'warn'],
  'timed-out': ['ran job', 'warn'],
  'oom-killed': ['ran job', 'bad'],
  lost: ['ran job', 'bad'],
};
const outcome: Record<string, string> = {
  failed: ', which failed',
  'timed-out': ', which ran out of time',
  'oom-killed': ', which ran out of memory',
  lost: ', which was lost',
};

const job = (happening: Happening, data: Data): ReactNode => to(`/jobs/${happening.object.id}`, text(data, 'name'));
const run = (happening: Happening, data: Data): ReactNode => to(`/runs/${happening.object.id}`, text(data, 'name'));
const workspace = (happening: Happening, data: Data): ReactNode =>
  to(`/workspaces/${happening.object.id}`, text(data, 'name') || 'a workspace');

/** One entry a verb: how a person would say it. Verbs of machinery (workloads) are said by what they ran for, and are left out. */
const tellings: Record<string, (happening: Happening, data: Data) => Told | null> = {
  ...modelTellings,
  ...houseTellings,
  'project.created': (_, data) => ({
    says: (
      <>
        made the project <strong>{text(data, 'name')}</strong>
      </>
    ),
    icon: 'projects',
  }),
  'project.changed': () => ({ says: 'changed the project', icon: 'projects' }),
  'project.stage-changed': (_, data) => ({
    says: (
      <>
        moved it to <strong>{text(data, 'stage')}</strong>
        {text(data, 'status') && text(data, 'status') !== 'active' ? `, ${text(data, 'status').replace('-', ' ')}` : ''}
        {text(data, 'reason') && <>: “{text(data, 'reason')}”</>}
      </>
    ),
    icon: 'goal',
  }),
  'goal.created': (_, data) => ({ says: `set the goal “${text(data, 'title')}”`, icon: 'goal' }),
  'goal.changed': (_, data) => ({
    says: `${text(data, 'state') === 'open' ? 'changed' : `marked as ${text(data, 'state')}`} the goal “${text(data, 'title')}”`,
    icon: 'goal',
  }),
  'member.added': (happening, data) => ({
    says: (
      <>
        made <strong>{text(data, 'name') || text(data, 'email') || 'somebody'}</strong> {text(data, 'role')}
        {roleOn(happening)}
      </>
    ),
    icon: 'people',
  }),
  'member.removed': (happening, data) => ({
    says: (
      <>
        took the role of <strong>{text(data, 'name') || 'somebody'}</strong> away
        {roleOn(happening)}
      </>
    ),
    icon: 'people',
  }),
  'job.queued': (happening, data) => ({ says: <>queued job {job(happening, data)}</>, icon: 'jobs' }),
  'job.starting': () => null,
  'job.started': (happening, data) => ({
    who: text(data, 'createdByName'),
    says: <>started job {job(happening, data)}</>,
    icon: 'jobs',
  }),
  'job.finished': (happening, data) => {
    const [said, tone] = ends[text(data, 'state')] ?? ['ended job', undefined];
    return {
      who: text(data, 'createdByName'),
      says: (
        <>
          {said} {job(happening, data)}
          {outcome[text(data, 'state')]}
        </>
      ),
      icon: 'jobs',
      ...(tone ? { tone } : {}),
    };
  },
  'job.retried': (happening, data) => ({ says: <>tried job {job(happening, data)} again</>, icon: 'jobs' }),
  'job.cancel-requested': () => null,
  'run.created': (happening, data) => ({ says: <>began run {run(happening, data)}</>, icon: 'experiments' }),
  'run.finished': (happening, data) => ({
    says: <>finished run {run(happening, data)}</>,
    icon: 'experiments',
    tone: text(data, 'status') === 'failed' ? 'bad' : 'ok',
  }),
  'run.changed': (happening, data) => ({ says: <>edited run {run(happening, data)}</>, icon: 'experiments' }),
  'run.deleted': (happening, data) => ({ says: <>moved run {run(happening, data)} to the trash</>, icon: 'trash' }),
  'experiment.created': (_, data) => ({ says: `made the experiment ${text(data, 'name')}`, icon: 'experiments' }),
  'logged-model.created': () => null,
  'logged-model.ready': (_, data) => ({ says: `logged a model, “${text(data, 'name')}”`, icon: 'models', tone: 'ok' }),
  'dataset.created': (happening, data) => ({
    says: <>made the dataset {to(`/datasets/${happening.object.id}`, text(data, 'name'))}</>,
    icon: 'datasets',
  }),
  'snapshot.created': (_, data) => ({
    says: (
      <>added {to(`/datasets/${text(data, 'datasetId')}`, `snapshot ${typeof data.number === 'number' ? data.number : ''}`)}</>
    ),
    icon: 'datasets',
  }),
  'snapshot.profiled': () => null,
  'environment.created': (happening, data) => ({
    says: <>made the environment {to(`/environments/${happening.object.id}`, text(data, 'name'))}</>,
    icon: 'environments',
  }),
  'environment-revision.queued': (_, data) => ({
    says: <>asked for {revision(data)} of an environment</>,
    icon: 'environments',
  }),
  'environment-revision.ready': (_, data) => ({
    says: <>built {revision(data)} of an environment</>,
    icon: 'environments',
    tone: 'ok',
  }),
  'environment-revision.failed': (_, data) => ({
    says: <>could not build {revision(data)} of an environment</>,
    icon: 'environments',
    tone: 'bad',
  }),
  'workspace.created': (happening, data) => ({ says: <>made the workspace {workspace(happening, data)}</>, icon: 'workspaces' }),
  'workspace.starting': () => null,
  'workspace.started': (happening, data) => ({
    who: text(data, 'ownerName'),
    says: <>opened the workspace {workspace(happening, data)}</>,
    icon: 'workspaces',
  }),
  'workspace.stopping': () => null,
  'workspace.stopped': (happening, data) => ({
    who: text(data, 'ownerName'),
    says: <>stopped the workspace {workspace(happening, data)}</>,
    icon: 'workspaces',
  }),
  'workspace.failed': (happening, data) => ({
    who: text(data, 'ownerName'),
    says: <>lost the session of the workspace {workspace(happening, data)}</>,
    icon: 'workspaces',
    tone: 'bad',
  }),
  'repo.pushed': (_, data) => ({
    says: `pushed code${text(data, 'subject') ? `: “${text(data, 'subject')}”` : ''}`,
    icon: 'code',
  }),
  'session.created': () => ({ says: 'signed in', icon: 'user' }),
  'session.ended': () => ({ says: 'signed out', icon: 'leave' }),
  'token.created': (_, data) => ({ says: `made the token ${text(data, 'name')}`, icon: 'key' }),
  'token.revoked': () => ({ says: 'revoked a token', icon: 'key', tone: 'warn' }),
  'access.refused': (_, data) => ({
    says: `was refused ${text(data, 'action').replace('.', ' ') || 'something'}`,
    icon: 'audit',
    tone: 'warn',
  }),
};

const revision = (data: Data): ReactNode =>
  to(`/environments/${text(data, 'environmentId')}`, `revision ${typeof data.number === 'number' ? data.number : ''}`);

/** How a person would say what happened; null where there is nothing to say to one. */
export function tell(happening: Happening): Told | null {
  const { verb, object } = happening;
  if (verb.startsWith('workload.')) return null;
  const data = (happening.data ?? {}) as Data;
  const telling = tellings[verb];
  if (telling) {
    const told = telling(happening, data);
    // What the platform does on behalf of somebody is said of that person; an empty name is nobody's.
    return told && told.who === '' ? { says: told.says, icon: told.icon, ...(told.tone ? { tone: told.tone } : {}) } : told;
  }
  // A verb of a newer server still reads as words.
  const [noun = object.type, done = ''] = verb.split('.');
  return { says: `${done.replaceAll('-', ' ')} ${noun.replaceAll('-', ' ')} ${text(data, 'name')}`.trim(), icon: 'activity' };
}
