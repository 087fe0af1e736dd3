import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(max-width: 640px)');

/** Whether the screen is that of a telephone, where a row of a table is a card. */
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => query.matches,
  );
