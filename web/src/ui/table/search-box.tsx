import { useEffect, useState } from 'react';
import { useAddress } from '../address.ts';

/** Narrows a list by a word, once the typing rests; the word stands in the address under a name. */
export function SearchBox({ label, name = 'q', hint = label }: { label: string; name?: string; hint?: string }) {
  const [address, change] = useAddress();
  const given = address[name] ?? '';
  const [word, setWord] = useState(given);
  useEffect(() => setWord(given), [given]);
  useEffect(() => {
    if (word === given) return;
    const timer = setTimeout(() => change({ [name]: word }, 'replace'), 250);
    return () => clearTimeout(timer);
  }, [word]);
  return (
    <input type="search" aria-label={label} placeholder={hint} value={word} onChange={(event) => setWord(event.target.value)} />
  );
}

/** A filter of the API: the field has the word in it, in any case. */
export const contains = (field: string, word: string): string => `${field} ILIKE '%${word.replaceAll("'", "''")}%'`;
