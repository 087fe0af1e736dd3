import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Address = Record<string, string | undefined>;
export type Change = Record<string, string | null>;

/** The state of a page stands in its address: what one sees can be sent to somebody, and Back undoes. */
export function useAddress(): [address: Address, change: (changes: Change, how?: 'push' | 'replace') => void] {
  const address = useSearch({ strict: false }) as Address;
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Change, how: 'push' | 'replace' = 'push') => {
      const search = (before: Address): Address => {
        const next = { ...before };
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === '') delete next[name];
          else next[name] = value;
        }
        return next;
      };
      void navigate({ to: '.', search: search as never, replace: how === 'replace', resetScroll: false });
    },
    [navigate],
  );
  return [address, change];
}

/** Plain text in the address, without JSON around it. */
export const parseAddress = (text: string): Address => Object.fromEntries(new URLSearchParams(text));
export function writeAddress(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : '';
}

/** Lists in one value; a comma inside an item is kept. */
export const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((item) => item.replaceAll('%2C', ',').replaceAll('%25', '%'));
export const listText = (items: readonly string[]): string =>
  items.map((item) => item.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
