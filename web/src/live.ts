import { useSyncExternalStore } from 'react';
import { queries } from './api.ts';

type State = 'live' | 'reconnecting' | 'off';
let state: State = 'off';
const listeners = new Set<() => void>();
let source: EventSource | null = null;
const waiting = { timer: null as ReturnType<typeof setTimeout> | null };

function set(next: State): void {
  state = next;
  for (const listener of listeners) listener();
}

/** One stream a tab; whatever happened makes the shown data be asked again, at most four times a second. It resumes by itself. */
export function startLive(): void {
  if (source) return;
  source = new EventSource('/api/v1/events');
  source.onopen = () => set('live');
  source.onerror = () => set('reconnecting');
  const touch = (): void => {
    waiting.timer ??= setTimeout(() => {
      waiting.timer = null;
      // Lists keep their place (`usePages`): they ask for their first page again, not for all that is on screen.
      void queries.invalidateQueries({ predicate: (query) => query.meta?.still !== true });
    }, 250);
  };
  const verbs = [
    'job.queued',
    'job.starting',
    'job.started',
    'job.finished',
    'job.retried',
    'run.created',
    'run.finished',
    'run.changed',
    'run.deleted',
    'project.created',
    'project.changed',
    'project.stage-changed',
    'member.added',
    'member.removed',
    'environment.created',
    'environment-revision.queued',
    'environment-revision.ready',
    'environment-revision.failed',
    'dataset.created',
    'snapshot.created',
    'snapshot.profiled',
    'workspace.created',
    'workspace.starting',
    'workspace.started',
    'workspace.stopping',
    'workspace.stopped',
    'workspace.failed',
    'workspace.deleted',
    'workload.queued',
    'workload.finished',
    'logged-model.ready',
    'goal.created',
    'goal.changed',
    'repo.pushed',
    'experiment.created',
    'person.created',
    'token.created',
    'token.revoked',
  ];
  for (const verb of verbs) source.addEventListener(verb, touch);
}

export function stopLive(): void {
  source?.close();
  source = null;
  set('off');
}

export const useLive = (): State =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
