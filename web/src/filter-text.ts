import { contains } from './ui/table/search-box.tsx';

/** A filter of the API from what the reader chose; whatever is empty asks for nothing. */
export const allOf = (...terms: (string | false | null | undefined)[]): { filter?: string } => {
  const given = terms.filter((term) => !!term);
  return given.length > 0 ? { filter: given.join(' and ') } : {};
};

/** Text as the filter grammar takes it; a quote in it is written twice and ends nothing. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const holds = (field: string, word: string): string | null => (word.trim() ? contains(field, word.trim()) : null);
