import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { Field, Problem } from '../ui/kit.tsx';

/** Why the sign-in provider brought nobody. */
const providerProblems: Record<string, string> = {
  'bad-round-trip': 'That way to the sign-in provider was used before, took too long, or began in another browser. Try again.',
  'provider-refused': 'The sign-in provider refused. Try again, or ask its administrator.',
  'provider-failed': 'The sign-in provider does not answer as it should. Try again later, or use your password.',
  'unverified-email': 'The sign-in provider does not vouch for your address. Confirm it there and try again.',
  'person-disabled': 'Your account is disabled here. Ask an administrator.',
  'linked-elsewhere': 'Your address belongs to somebody else of the same sign-in provider. Ask an administrator.',
};

export function SignIn() {
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const search = new URLSearchParams(window.location.search);
  const ticket = search.get('ticket');
  const next = search.get('next')?.replaceAll('"', '') ?? '/';
  const problem = search.get('problem');
  const { data: ways } = useCall('getSessionOptions');
  const tried = useRef(false);

  const enter = (work: Promise<unknown>): void => {
    setBusy(true);
    setError(null);
    work
      .then(() => {
        queries.clear();
        return navigate({ to: (next.startsWith('/') && !next.startsWith('//') ? next : '/') as '/', replace: true });
      }, setError)
      .finally(() => setBusy(false));
  };
  useEffect(() => {
    if (ticket && !tried.current) {
      tried.current = true;
      enter(call('signInByTicket', { body: { ticket } }));
    }
  });
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    enter(call('signIn', { body: { email: String(form.get('email')), password: String(form.get('password')) } }));
  };
  return (
    <main className="signin">
      <form onSubmit={send} aria-label="Sign in">
        <img src="/plinth.svg" alt="" width="40" height="40" />
        <h1>Sign in to Plinth</h1>
        {problem !== null && <p role="alert">{providerProblems[problem] ?? 'Signing in did not work. Try again.'}</p>}
        {ways?.oidc && (
          <a className="button" href={`/api/v1/session/oidc?next=${encodeURIComponent(next)}`}>
            Sign in with {ways.oidc.name}
          </a>
        )}
        <Field label="E-mail">
          <input name="email" type="email" autoComplete="username" required />
        </Field>
        <Field label="Password">
          <input name="password" type="password" autoComplete="current-password" required />
        </Field>
        {error !== null && <Problem error={error} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
        <p className="faint">The first administrator signs in by the link that the server prints when it starts.</p>
      </form>
    </main>
  );
}
