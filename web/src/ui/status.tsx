type Kind = 'run' | 'wait' | 'ok' | 'bad' | 'warn' | 'stop' | 'none';

/** Shape, word and colour together: colour alone never carries a state. */
const icons: Record<Kind, string> = { run: '◐', wait: '○', ok: '✓', bad: '✕', warn: '▲', stop: '■', none: '∅' };

const kinds: Record<string, Kind> = {
  running: 'run',
  starting: 'run',
  building: 'run',
  stopping: 'run',
  pending: 'wait',
  queued: 'wait',
  waiting: 'wait',
  delivered: 'ok',
  failing: 'bad',
  paused: 'stop',
  scheduled: 'wait',
  proposed: 'wait',
  open: 'wait',
  succeeded: 'ok',
  ready: 'ok',
  finished: 'ok',
  active: 'ok',
  met: 'ok',
  complete: 'ok',
  enabled: 'ok',
  valid: 'ok',
  failed: 'bad',
  lost: 'bad',
  'oom-killed': 'bad',
  blocked: 'bad',
  missed: 'bad',
  killed: 'bad',
  restricted: 'bad',
  approved: 'ok',
  rejected: 'bad',
  withdrawn: 'stop',
  rebuilding: 'run',
  comparing: 'run',
  scoring: 'run',
  verified: 'ok',
  tolerated: 'ok',
  diverged: 'bad',
  impossible: 'warn',
  'not-recorded': 'none',
  'timed-out': 'warn',
  deprecated: 'warn',
  outside: 'warn',
  healthy: 'ok',
  degraded: 'warn',
  serving: 'ok',
  draining: 'run',
  retired: 'stop',
  firing: 'bad',
  recovering: 'run',
  resolved: 'ok',
  quiet: 'ok',
  watching: 'ok',
  learning: 'run',
  training: 'run',
  unready: 'warn',
  crashed: 'bad',
  ended: 'stop',
  'on-hold': 'warn',
  cancelled: 'stop',
  stopped: 'stop',
  disabled: 'stop',
  archived: 'stop',
  dropped: 'stop',
};

export function StatusMark({ state }: { state: string }) {
  const kind = kinds[state] ?? 'none';
  return (
    <span className={`status ${kind}`}>
      <i aria-hidden="true">{icons[kind]}</i>
      {state.replaceAll('-', ' ')}
    </span>
  );
}
