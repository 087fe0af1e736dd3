import type { Output } from '@plinth/sdk';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { type Happening, tell } from '../activity/sentence.tsx';
import { call, client } from '../api.ts';
import { useMay, usePeople, useProjects } from '../names.ts';
import { type Address, useAddress } from '../ui/address.ts';
import { saveFile, toCsv } from '../ui/csv.ts';
import { Button, CodeBlock, Empty, Loaded, PageHead, Problem, StatusMark, Time, toast } from '../ui/kit.tsx';
import { exactTime } from '../ui/time.tsx';

type Event = Output<'listAuditEvents'>['items'][number];
const exportAtMost = 100_000;

/** What the list is asked for, from the address. Days are of the reader's own zone. */
function askedOf(address: Address) {
  const { verb, actor, object, project, from, to } = address;
  return {
    ...(verb ? { verb } : {}),
    ...(actor ? { actor } : {}),
    ...(object ? { object } : {}),
    ...(project ? { project } : {}),
    ...(from ? { from: new Date(`${from}T00:00:00`).toISOString() } : {}),
    ...(to ? { to: new Date(Date.parse(`${to}T00:00:00`) + 86_400_000).toISOString() } : {}),
  };
}

/** Everything that happened, by whom, on what, provably unchanged. */
export function Audit() {
  const [address, change] = useAddress();
  const may = useMay();
  const asked = askedOf(address);
  const events = useInfiniteQuery({
    queryKey: ['listAuditEvents', 'pages', asked],
    queryFn: ({ pageParam, signal }) =>
      client.call('listAuditEvents', { ...asked, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    // Whoever may not read it does not ask: each refusal would stand in the record.
    enabled: may('audit.read'),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
  const rows = events.data?.pages.flatMap((page) => page.items);
  const query = new URLSearchParams({ ...asked, limit: '100' });
  const filtered = Object.keys(asked).length > 0;
  if (!may('audit.read'))
    return (
      <>
        <PageHead title="Audit" />
        <Empty
          icon="audit"
          title="The record is for administrators and auditors. Ask one of them for the role of auditor to read it."
        />
      </>
    );
  return (
    <>
      <PageHead
        title="Audit"
        about="Everything that happened, newest first, in a chain that shows every change to it."
        code={{ path: `/audit?${query}`, cli: 'npx plinth audit list\nnpx plinth audit verify' }}
      >
        <Verify />
      </PageHead>
      <Filters address={address} change={change} asked={asked} />
      <Loaded query={{ ...events, data: rows }} rows={10}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="audit" title={filtered ? 'Nothing fits these filters.' : 'Nothing happened yet.'} />
          ) : (
            <>
              <EventTable rows={all} open={address.event ?? ''} show={(event) => change({ event }, 'replace')} />
              <div className="row">
                <span className="caption">
                  {all.length.toLocaleString('en')} events{events.hasNextPage ? ' loaded, more on the server' : ''}
                </span>
                {events.hasNextPage && (
                  <Button tone="quiet" disabled={events.isFetching} onClick={() => void events.fetchNextPage()}>
                    {events.isFetchingNextPage ? 'Loading…' : 'Load more'}
                  </Button>
                )}
              </div>
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Filters({
  address,
  change,
  asked,
}: {
  address: Address;
  change: ReturnType<typeof useAddress>[1];
  asked: ReturnType<typeof askedOf>;
}) {
  const people = usePeople();
  const projects = useProjects();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const found: Event[] = [];
    for await (const event of client.all('listAuditEvents', { ...asked, limit: 1000 })) {
      found.push(event as Event);
      if (found.length >= exportAtMost) break;
    }
    saveFile(
      'audit.csv',
      toCsv([
        ['sequence', 'time', 'actor', 'actor id', 'verb', 'object type', 'object id', 'project id', 'request id', 'data'],
        ...found.map((event) => [
          event.sequence,
          event.time,
          event.actor.name,
          event.actor.id,
          event.verb,
          event.object.type,
          event.object.id,
          event.object.projectId,
          event.requestId,
          JSON.stringify(event.data),
        ]),
      ]),
    );
    if (found.length >= exportAtMost)
      toast(`Only the newest ${exportAtMost.toLocaleString('en')} are in the file: narrow the filters.`);
  };
  return (
    <div className="filters">
      <input
        type="search"
        aria-label="Only this verb"
        placeholder="Verb, as access.refused"
        list="verbs"
        value={address.verb ?? ''}
        onChange={(event) => change({ verb: event.target.value }, 'replace')}
      />
      <datalist id="verbs">
        {verbs.map((verb) => (
          <option key={verb} value={verb} />
        ))}
      </datalist>
      <select aria-label="Who" value={address.actor ?? ''} onChange={(event) => change({ actor: event.target.value })}>
        <option value="">Anybody</option>
        {[...people].map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="Project" value={address.project ?? ''} onChange={(event) => change({ project: event.target.value })}>
        <option value="">Any project</option>
        {[...projects].map(([id, project]) => (
          <option key={id} value={id}>
            {project.name}
          </option>
        ))}
      </select>
      <label className="check">
        From
        <input type="date" value={address.from ?? ''} onChange={(event) => change({ from: event.target.value })} />
      </label>
      <label className="check">
        to
        <input type="date" value={address.to ?? ''} onChange={(event) => change({ to: event.target.value })} />
      </label>
      {address.object && (
        <button type="button" className="chip" onClick={() => change({ object: null })}>
          {address.object} ✕
        </button>
      )}
      <span className="grow" />
      <Button
        tone="quiet"
        icon="download"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          save()
            .catch((error: Error) => toast(error.message))
            .finally(() => setBusy(false));
        }}
      >
        {busy ? 'Reading…' : 'CSV'}
      </Button>
    </div>
  );
}

const verbs = [
  'access.refused',
  'session.created',
  'session.ended',
  'token.created',
  'token.revoked',
  'person.created',
  'person.changed',
  'member.added',
  'member.removed',
  'project.created',
  'project.stage-changed',
  'job.queued',
  'job.finished',
  'run.created',
  'snapshot.created',
  'environment-revision.ready',
  'repo.pushed',
];

function EventTable({ rows, open, show }: { rows: readonly Event[]; open: string; show: (event: string | null) => void }) {
  const projects = useProjects();
  return (
    <div className="table-wrap cards" tabIndex={0} role="region" aria-label="Events">
      <table className="events">
        <thead>
          <tr>
            <th scope="col" className="number">
              Sequence
            </th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Verb</th>
            <th scope="col">Project</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((event) => {
            const shown = open === String(event.sequence);
            return (
              <Fragment key={event.sequence}>
                <tr className={event.verb === 'access.refused' ? 'refused' : undefined}>
                  <td className="number">{event.sequence}</td>
                  <td>
                    <Time at={event.time} />
                  </td>
                  <td>{event.actor.name}</td>
                  <td>{tell(event as Happening)?.says ?? <span className="soft">{stepWords(event.verb)}</span>}</td>
                  <td className="mono">{event.verb}</td>
                  <td data-title="Project">
                    {projects.get(event.object.projectId ?? '')?.name ?? <span className="faint nothing">–</span>}
                  </td>
                  <td>
                    <button
                      type="button"
                      className="quiet"
                      aria-expanded={shown}
                      aria-label={`${shown ? 'Less' : 'More'} about event ${event.sequence}`}
                      onClick={() => show(shown ? null : String(event.sequence))}
                    >
                      {shown ? 'Less' : 'More'}
                    </button>
                  </td>
                </tr>
                {shown && (
                  <tr>
                    <td colSpan={7} className="event-detail">
                      <dl className="facts">
                        <dt>Time</dt>
                        <dd>{exactTime(event.time)}</dd>
                        <dt>Who</dt>
                        <dd className="mono">
                          {event.actor.kind} {event.actor.id}
                        </dd>
                        <dt>On</dt>
                        <dd className="mono">
                          {event.object.type}:{event.object.id}
                        </dd>
                        <dt>Request</dt>
                        <dd className="mono">{event.requestId}</dd>
                      </dl>
                      <CodeBlock>{JSON.stringify(event.data, null, 2) ?? 'null'}</CodeBlock>
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Steps of the machine that nobody tells a person: "workload.stop-requested" → "workload: stop requested". */
const stepWords = (verb: string): string => verb.replace('.', ': ').replaceAll('-', ' ');

/** Recomputes the whole chain on the server, and says what came of it. */
function Verify() {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Output<'verifyAudit'> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [at, setAt] = useState('');
  return (
    <>
      <Button
        tone="primary"
        icon="audit"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          setError(null);
          call('verifyAudit')
            .then((found) => {
              setOutcome(found);
              setAt(new Date().toISOString());
            }, setError)
            .finally(() => setBusy(false));
        }}
      >
        {busy ? 'Verifying…' : 'Verify the chain'}
      </Button>
      {(outcome || error !== null) && (
        <div className="verified">
          {error !== null && <Problem error={error} />}
          {outcome && (
            <p className={`notice ${outcome.valid ? 'ok' : 'bad'}`} role="status">
              <StatusMark state={outcome.valid ? 'valid' : 'failed'} />
              <span>
                {outcome.valid
                  ? `${outcome.checked.toLocaleString('en')} events recomputed, none changed, none missing.`
                  : `The record was changed: event ${outcome.firstBadSequence} is the first that does not fit. Compare it with a backup, and tell whoever answers for security.`}{' '}
                Head <span className="mono">{outcome.head.slice(0, 16)}</span>, <Time at={at} />.
              </span>
            </p>
          )}
        </div>
      )}
    </>
  );
}
