/**
 * What was typed, with two things made plain. What stands after `run --` is a command, though it begin with a word that is a verb of runs. And the
 * word after `--json` names fields only where it looks like it: `plinth --json job list` and `plinth job show --json job_…` mean the whole answer.
 */
export function plainWords(given: readonly string[], nouns: readonly string[]): string[] {
  const end = given.indexOf('--');
  const own = end < 0 ? given : given.slice(0, end);
  const words = own.map((word, at) => {
    const next = own[at + 1];
    const first = own.slice(0, at).every((one) => !nouns.includes(one));
    return word === '--json' &&
      next !== undefined &&
      !next.startsWith('-') &&
      (!looksLikeFields(next) || (first && nouns.includes(next)))
      ? '--json='
      : word;
  });
  if (end < 0) return words;
  return [...words, ...(words.at(-1) === 'run' ? ['start'] : []), ...given.slice(end)];
}

const looksLikeFields = (word: string): boolean => /^[a-z][A-Za-z0-9]*(,[a-z][A-Za-z0-9]*)*$/.test(word);
