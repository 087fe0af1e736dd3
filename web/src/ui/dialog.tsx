import { ApiProblem } from '@plinth/sdk';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Problem } from './problem.tsx';

/** A window over the page; what is in it lives only while it is open. Escape closes it and the focus goes back. */
export function Dialog({
  title,
  open,
  close,
  wide = false,
  children,
}: {
  title: string;
  open: boolean;
  close: () => void;
  wide?: boolean;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={wide ? 'wide' : undefined} onClose={close} aria-label={title}>
      {open && (
        <>
          <h2>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  );
}

/** A dialog with a form: keeps what was typed when the server refuses, and says why. */
export function FormDialog({
  title,
  action,
  open,
  close,
  submit,
  explain,
  children,
}: {
  title: string;
  action: string;
  open: boolean;
  close: () => void;
  submit: (form: FormData) => Promise<void>;
  /** Says a refusal in words of its own, with what can be done; null leaves it to the usual way. */
  explain?: (error: unknown) => ReactNode;
  children: (error: unknown) => ReactNode;
}) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    submit(new FormData(event.currentTarget))
      .then(close, setError)
      .finally(() => setBusy(false));
  };
  const explained = error !== null && explain?.(error);
  return (
    <Dialog title={title} open={open} close={close}>
      <form onSubmit={send}>
        {children(error)}
        {explained}
        {error !== null && !explained && !(error instanceof ApiProblem && error.errors.length > 0) && <Problem error={error} />}
        <menu>
          <Button tone="quiet" onClick={close}>
            Cancel
          </Button>
          <Button tone="primary" submit disabled={busy}>
            {busy ? 'Working…' : action}
          </Button>
        </menu>
      </form>
    </Dialog>
  );
}
