import { useEffect, useState } from 'react';
import { useAddress } from '../address.ts';

/** Narrows a list by a word, once the typing rests; the word stands in the address as `q`. */
export function SearchBox({ label }: { label: string }) {
  const [address, change] = useAddress();
  const given = address.q ?? '';
  const [word, setWord] = useState(given);
  useEffect(() => setWord(given), [given]);
  useEffect(() => {
    if (word === given) return;
    const timer = setTimeout(() => change({ q: word }, 'replace'), 250);
    return () => clearTimeout(timer);
  }, [word]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      style={{ width: 240 }}
      value={word}
      onChange={(event) => setWord(event.target.value)}
    />
  );
}

/** A filter of the API: the field has the word in it, in any case. */
export const contains = (field: string, word: string): string => `${field} ILIKE '%${word.replaceAll("'", "''")}%'`;
