import { ApiProblem } from '@plinth/sdk';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { ago } from './format.ts';

/** Shape, word and colour together: colour alone never carries a state. */
const marks: Record<string, [icon: string, kind: string]> = {
  running: ['◐', 'run'],
  starting: ['◐', 'run'],
  building: ['◐', 'run'],
  stopping: ['◐', 'run'],
  pending: ['○', 'wait'],
  queued: ['○', 'wait'],
  scheduled: ['○', 'wait'],
  proposed: ['○', 'wait'],
  open: ['○', 'wait'],
  succeeded: ['✓', 'ok'],
  ready: ['✓', 'ok'],
  finished: ['✓', 'ok'],
  active: ['✓', 'ok'],
  met: ['✓', 'ok'],
  complete: ['✓', 'ok'],
  enabled: ['✓', 'ok'],
  valid: ['✓', 'ok'],
  failed: ['✕', 'bad'],
  lost: ['✕', 'bad'],
  'oom-killed': ['✕', 'bad'],
  blocked: ['✕', 'bad'],
  missed: ['✕', 'bad'],
  killed: ['✕', 'bad'],
  restricted: ['✕', 'bad'],
  'timed-out': ['▲', 'warn'],
  deprecated: ['▲', 'warn'],
  outside: ['▲', 'warn'],
  'on-hold': ['▲', 'warn'],
  cancelled: ['■', 'stop'],
  stopped: ['■', 'stop'],
  disabled: ['■', 'stop'],
  archived: ['■', 'stop'],
  dropped: ['■', 'stop'],
};

export function StatusMark({ state }: { state: string }) {
  const [icon, kind] = marks[state] ?? ['∅', 'none'];
  return (
    <span className={`status ${kind}`}>
      <i aria-hidden="true">{icon}</i>
      {state.replaceAll('-', ' ')}
    </span>
  );
}

export function Time({ at }: { at: string | null }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span className="faint">–</span>;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' })}>
      {ago(at)}
    </time>
  );
}

export function CodeBlock({ children }: { children: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="code">
      <pre tabIndex={0}>{children}</pre>
      <button
        type="button"
        onClick={() => {
          void navigator.clipboard?.writeText(children);
          setCopied(true);
          setTimeout(() => setCopied(false), 1_500);
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

export function Empty({ title, children, code }: { title: string; children?: ReactNode; code?: string }) {
  return (
    <div className="empty">
      <span>{title}</span>
      {children}
      {code && <CodeBlock>{code}</CodeBlock>}
    </div>
  );
}

/** What went wrong, what to do next, and the request id; never a blank page. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div className="problem" role="alert">
      <strong>{problem ? problem.code.replaceAll('-', ' ') : 'Something went wrong'}</strong>
      <div>{(error as Error).message}</div>
      {problem?.requestId && <div className="faint mono">{problem.requestId}</div>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface Query<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch(): unknown;
}

/** Data once it is there; a quiet place holder only after a moment; the problem where it failed. */
export function Loaded<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Problem error={query.error} retry={() => void query.refetch()} />;
  return slow ? (
    <p className="faint" aria-live="polite">
      Loading…
    </p>
  ) : null;
}

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  numeric?: boolean;
  narrow?: boolean;
}

export function Table<T extends { id: string }>({
  rows,
  columns,
  label,
  open,
}: {
  rows: readonly T[];
  columns: Column<T>[];
  label: string;
  open?: (row: T) => void;
}) {
  const move = (event: KeyboardEvent<HTMLTableRowElement>, row: T): void => {
    if (event.target !== event.currentTarget) return;
    const { currentTarget } = event;
    if (event.key === 'Enter' && open) open(row);
    if (event.key === 'j' || event.key === 'ArrowDown') (currentTarget.nextElementSibling as HTMLElement | null)?.focus();
    if (event.key === 'k' || event.key === 'ArrowUp') (currentTarget.previousElementSibling as HTMLElement | null)?.focus();
  };
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.title}
                scope="col"
                className={`${column.numeric ? 'number' : ''} ${column.narrow ? '' : 'hide-narrow-never'}`}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              className={open ? 'link' : ''}
              tabIndex={open ? 0 : undefined}
              onKeyDown={(event) => move(event, row)}
              onClick={(event) => !(event.target as HTMLElement).closest('a,button,input') && open?.(row)}
            >
              {columns.map((column) => (
                <td key={column.title} className={column.numeric ? 'number' : ''}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Field({ label, error, children }: { label: string; error?: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label className="field">
      <span>{label}</span>
      {children}
      {error && (
        <span className="error" role="alert">
          {error}
        </span>
      )}
    </label>
  );
}

/** What the server said about one field of a form. */
export const faultOf = (error: unknown, field: string): string | undefined =>
  error instanceof ApiProblem ? error.errors.find((fault) => fault.pointer === `/${field}`)?.detail : undefined;

/** A dialog with a form: keeps what was typed when the server refuses, and says why. */
export function FormDialog({
  title,
  action,
  open,
  close,
  submit,
  children,
}: {
  title: string;
  action: string;
  open: boolean;
  close: () => void;
  submit: (form: FormData) => Promise<void>;
  children: (error: unknown) => ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    submit(new FormData(event.currentTarget))
      .then(close, setError)
      .finally(() => setBusy(false));
  };
  return (
    <dialog ref={dialog} onClose={close} aria-label={title}>
      {open && (
        <>
          <h2>{title}</h2>
          <form onSubmit={send}>
            {children(error)}
            {error !== null && !(error instanceof ApiProblem && error.errors.length > 0) && <Problem error={error} />}
            <menu>
              <button type="button" className="quiet" onClick={close}>
                Cancel
              </button>
              <button type="submit" className="primary" disabled={busy}>
                {busy ? 'Working…' : action}
              </button>
            </menu>
          </form>
        </>
      )}
    </dialog>
  );
}

/** The same view as curl, Python and command line, filled with the reader's own address. */
export function TheCode({ path, cli }: { path: string; cli: string }) {
  const [open, setOpen] = useState(false);
  const [tab, setTab] = useState<'curl' | 'Python' | 'CLI'>('curl');
  const base = window.location.origin;
  const snippets = {
    curl: `curl -H "Authorization: Bearer $PLINTH_TOKEN" \\\n  "${base}/api/v1${path}"`,
    Python: `import os, requests\n\nanswer = requests.get(\n    "${base}/api/v1${path}",\n    headers={"Authorization": f"Bearer {os.environ['PLINTH_TOKEN']}"},\n)\nprint(answer.json())`,
    CLI: cli,
  };
  return (
    <>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        &lt;/&gt; The code
      </button>
      {open && (
        <div className="stack" style={{ flexBasis: '100%' }}>
          <div className="row" role="tablist" aria-label="Language">
            {(['curl', 'Python', 'CLI'] as const).map((name) => (
              <button
                key={name}
                type="button"
                role="tab"
                aria-selected={tab === name}
                className={tab === name ? '' : 'quiet'}
                onClick={() => setTab(name)}
              >
                {name}
              </button>
            ))}
          </div>
          <CodeBlock>{snippets[tab]}</CodeBlock>
        </div>
      )}
    </>
  );
}

export function PageHead({
  title,
  about,
  children,
  code,
}: {
  title: ReactNode;
  about?: ReactNode;
  children?: ReactNode;
  code?: { path: string; cli: string };
}) {
  return (
    <header className="head">
      <div>
        <h1>{title}</h1>
        {about && <div className="soft">{about}</div>}
      </div>
      {children}
      {code && <TheCode {...code} />}
    </header>
  );
}
