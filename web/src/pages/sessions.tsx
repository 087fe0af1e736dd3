import type { Output } from '@plinth/sdk';
import { call, queries, useCall } from '../api.ts';
import { Button, Icon, Loaded, Panel, Time, toast } from '../ui/kit.tsx';

/** Where the reader is signed in; each can be ended from here. */
export function Sessions() {
  const sessions = useCall('listSessions', { limit: 1000 });
  const done = (said: string): void => {
    toast(said);
    void queries.invalidateQueries();
  };
  const fail = (error: Error): void => toast(error.message);
  return (
    <Panel
      title="Where you are signed in"
      aside={
        <Button
          tone="quiet"
          reason={(sessions.data?.items.length ?? 0) < 2 ? 'There is no other' : null}
          onClick={() => void call('endOtherSessions').then(() => done('All other sessions are ended.'), fail)}
        >
          End all others
        </Button>
      }
    >
      <Loaded query={sessions}>
        {(data) => (
          <SessionRows
            sessions={data.items}
            end={(session) => void call('endSession', { session }).then(() => done('The session is ended.'), fail)}
          />
        )}
      </Loaded>
    </Panel>
  );
}

type Session = Output<'listSessions'>['items'][number];

export function SessionRows({ sessions, end }: { sessions: readonly Session[]; end: (session: string) => void }) {
  if (sessions.length === 0) return <p className="faint">Nowhere.</p>;
  return (
    <ul className="rows">
      {sessions.map((session) => (
        <li key={session.id}>
          <Icon name="device" />
          <span className="grow clip">
            <strong>{session.device}</strong> <span className="faint">{session.address ?? ''}</span>
          </span>
          {session.current ? (
            <span className="status ok">● this one</span>
          ) : (
            <span className="faint">
              <Time at={session.lastSeenAt} />
            </span>
          )}
          <Button
            tone="quiet"
            aria-label={`End the session on ${session.device}`}
            reason={session.current ? 'Sign out instead' : null}
            onClick={() => end(session.id)}
          >
            End
          </Button>
        </li>
      ))}
    </ul>
  );
}
