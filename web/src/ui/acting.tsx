import { type ReactNode, useState } from 'react';
import { queries } from '../api.ts';
import { Problem } from './problem.tsx';
import { toast } from './toast.tsx';

/** Does something, says that it is done and offers the way back; what went wrong stays on the page until the next try. */
export function useActing(): {
  act: (work: Promise<unknown>, said?: string, undo?: () => void) => void;
  fault: ReactNode;
} {
  const [error, setError] = useState<unknown>(null);
  return {
    act: (work, said, undo) => {
      setError(null);
      // Said once it can be seen: what is pressed next must not be about what was there before.
      work.then(() => queries.invalidateQueries()).then(() => said && toast(said, undo), setError);
    },
    fault: error === null ? null : <Problem error={error} />,
  };
}
