import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call, useCall } from '../api.ts';
import { ago } from '../ui/format.ts';
import { Button, Field, PageHead, Problem } from '../ui/kit.tsx';

/** Where a person approves the sign-in of a program that has no browser: `plinth login`. */
export function Device() {
  const params = useParams({ strict: false }) as { code?: string };
  const [code, setCode] = useState(params.code ?? '');
  const choose = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setCode(String(new FormData(event.currentTarget).get('code')).trim());
  };
  return (
    <>
      <PageHead title="Sign in a program" about="For the command line and other programs without a browser of their own." />
      {code ? (
        <Decision code={code} again={() => setCode('')} />
      ) : (
        <form onSubmit={choose} aria-label="Sign-in code" className="card stack form narrow-card">
          <Field label="Code that the program shows">
            <input name="code" autoComplete="off" spellCheck={false} placeholder="WDJB-MJHT" required maxLength={20} />
          </Field>
          <div>
            <Button tone="primary" submit>
              Continue
            </Button>
          </div>
        </form>
      )}
    </>
  );
}

function Decision({ code, again }: { code: string; again: () => void }) {
  const asked = useCall('getDeviceSignIn', { code });
  const [decided, setDecided] = useState<'approved' | 'denied' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const decide = (decision: 'approved' | 'denied'): void => {
    setError(null);
    call('decideDeviceSignIn', { code, body: { decision } }).then(() => setDecided(decision), setError);
  };
  if (decided)
    return (
      <p role="status" className={`notice ${decided === 'approved' ? 'ok' : ''}`}>
        {decided === 'approved'
          ? 'Approved. You can close this page: the program goes on by itself.'
          : 'Refused. The program gets nothing.'}
      </p>
    );
  if (asked.error)
    return (
      <>
        <Problem error={asked.error} />
        <div>
          <Button onClick={again}>Enter another code</Button>
        </div>
      </>
    );
  if (!asked.data) return null;
  return (
    <section className="card stack form narrow-card" aria-label="Decision">
      <p>
        <strong>{asked.data.name}</strong> asked from {asked.data.address} {ago(asked.data.createdAt)} to act as you for 90 days,
        with all your rights. Approve only if you started it yourself and it shows the code <code>{code.toUpperCase()}</code>.
      </p>
      {error !== null && <Problem error={error} />}
      <div className="row tight">
        <Button tone="primary" icon="check" onClick={() => decide('approved')}>
          Approve
        </Button>
        <Button icon="close" onClick={() => decide('denied')}>
          Refuse
        </Button>
      </div>
    </section>
  );
}
