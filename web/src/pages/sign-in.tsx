import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call, queries } from '../api.ts';
import { Field, Problem } from '../ui/kit.tsx';

export function SignIn() {
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const search = new URLSearchParams(window.location.search);
  const ticket = search.get('ticket');
  const next = search.get('next')?.replaceAll('"', '') ?? '/';
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
