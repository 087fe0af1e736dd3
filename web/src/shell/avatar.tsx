/** The letters of a name in a round field; the name itself stands beside it. */
export function Avatar({ name }: { name: string }) {
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase());
  return (
    <span className="avatar" aria-hidden="true">
      {(letters.length > 1 ? letters[0]! + letters.at(-1)! : letters[0]) ?? '·'}
    </span>
  );
}
