import './pages.css';
import { ApiProblem } from '@plinth/sdk';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call, queries, useCall } from '../api.ts';
import { here } from '../base.ts';
import { Button, Field, Problem } from '../ui/kit.tsx';

/** Only a place of this site may follow: anything else could lead away. */
const placeAfter = (next: string | null): string => {
  const path = (next ?? '').replaceAll('"', '');
  return /^\/(?![/\\])/.test(path) ? path : '/';
};

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
  const options = useCall('getSessionOptions');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const search = new URLSearchParams(window.location.search);
  const ticket = search.get('ticket');
  const next = placeAfter(search.get('next'));
  const problem = search.get('problem');
  const tried = useRef(false);

  const enter = (work: Promise<unknown>): void => {
    setBusy(true);
    setError(null);
    work
      .then(() => {
        queries.clear();
        // The place may carry a query of its own, so it is gone to as an address.
        return navigate({ href: next, replace: true });
      }, setError)
      .finally(() => setBusy(false));
  };
  useEffect(() => {
    document.title = 'Sign in · Plinth';
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
  const { password = true, oidc = null } = options.data ?? {};
  return (
    <main className="signin">
      <div className="signin-box">
        <img src={here('/plinth.svg')} alt="" width="40" height="40" />
        <h1>Sign in to Plinth</h1>
        {ticket && busy && <p role="status">Signing you in by the link…</p>}
        {problem !== null && (
          <p className="notice bad" role="alert">
            {providerProblems[problem] ?? 'Signing in did not work. Try again.'}
          </p>
        )}
        {oidc && (
          <>
            <a className="button primary wide" href={here(`/api/v1/session/oidc?next=${encodeURIComponent(next)}`)}>
              Sign in with {oidc.name}
            </a>
            {password && <p className="or">or with a password</p>}
          </>
        )}
        {password && (
          <form onSubmit={send} aria-label="Sign in">
            <Field label="E-mail">
              <input name="email" type="email" autoComplete="username" required />
            </Field>
            <Field label="Password">
              <input name="password" type="password" autoComplete="current-password" required />
            </Field>
            <Button {...(oidc ? {} : { tone: 'primary' })} submit disabled={busy} className="wide">
              {busy ? 'Signing in…' : 'Sign in'}
            </Button>
          </form>
        )}
        {error !== null && <Problem error={error} />}
        <p className="faint">{hint(error, ticket !== null)}</p>
      </div>
    </main>
  );
}

function hint(error: unknown, byLink: boolean): string {
  if (error instanceof ApiProblem && error.status === 429) return 'Too many tries: wait a moment, then try again.';
  if (error !== null && byLink)
    return 'A link works once and for ten minutes. Ask for a new one, or restart the server to print one.';
  if (error !== null) return 'Forgot it? An administrator of the organization can set a new password.';
  return 'The first administrator signs in by the link that the server prints when it starts.';
}
