import { useNavigate, useSearch } from '@tanstack/react-router';

type Values = Record<string, string | null>;

/**
 * The state of a page is its address: `value('stage')` reads, `change({ stage: 'data' })` writes. What is empty leaves the address.
 * Typing replaces the entry of the history; a choice adds one, so that Back undoes it.
 */
export function useUrl(): { value: (name: string) => string; change: (values: Values, how?: 'replace' | 'push') => void } {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  return {
    value: (name) => (search[name] === undefined || search[name] === null ? '' : String(search[name])),
    change: (values, how = 'push') => {
      void navigate({
        to: '.',
        replace: how === 'replace',
        resetScroll: false,
        search: ((before: Record<string, unknown>) => {
          const after = { ...before };
          for (const [name, value] of Object.entries(values)) {
            if (value === null || value === '') delete after[name];
            else after[name] = value;
          }
          return after;
        }) as never,
      });
    },
  };
}
