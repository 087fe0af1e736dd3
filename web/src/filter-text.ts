/** A filter of the API from what the reader chose; whatever is empty asks for nothing. */
export const allOf = (...terms: (string | false | null | undefined)[]): { filter?: string } => {
  const given = terms.filter((term) => !!term);
  return given.length > 0 ? { filter: given.join(' and ') } : {};
};

/** Text as the filter grammar takes it; a quote in it ends nothing. */
export const quoted = (text: string): string => (text.includes("'") ? `"${text.replaceAll('"', '')}"` : `'${text}'`);

export const holds = (field: string, word: string): string | null =>
  word.trim() ? `${field} ilike ${quoted(`%${word.trim()}%`)}` : null;
