import { useState } from 'react';
import { Button } from './button.tsx';

/** A button that is pressed twice: the first press says what the second will do. */
export function TwoPresses({
  asks,
  says,
  first,
  second,
  reason,
  act,
}: {
  /** Beside the button before the first press. */
  asks: string;
  /** What will come of it. */
  says: string;
  first: string;
  second: string;
  reason?: string | null;
  act: () => void;
}) {
  const [sure, setSure] = useState(false);
  return (
    <div className="row danger-line">
      <span className="soft grow" aria-live="polite">
        {sure ? says : asks}
      </span>
      <Button icon="trash" tone={sure ? 'danger' : 'quiet'} reason={reason} onClick={() => (sure ? act() : setSure(true))}>
        {sure ? second : first}
      </Button>
    </div>
  );
}
