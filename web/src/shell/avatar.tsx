/** The letters of a name in a round field; the name itself stands beside it. */
export function Avatar({ name }: { name: string }) {
  const letters = name.split(/\s+/).flatMap((word) => /\p{L}|\p{N}/u.exec(word)?.[0]?.toUpperCase() ?? []);
  // Drawn by the style sheet: letters that stand for a name are a picture, not words to read.
  return (
    <span
      className="avatar"
      aria-hidden="true"
      data-letters={(letters.length > 1 ? letters[0]! + letters.at(-1)! : letters[0]) ?? '·'}
    />
  );
}
