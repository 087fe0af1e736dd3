/** Names that point at versions; those that stand for production say so by a mark and a word. */
export function AliasChips({ aliases }: { aliases: readonly { alias: string; version?: number; protected: boolean }[] }) {
  return (
    <span className="chips tight">
      {aliases.map((one) => (
        <span
          key={one.alias}
          className={one.protected ? 'chip protected' : 'chip'}
          title={one.protected ? `${one.alias} stands for production: a version gets it through an approval only` : undefined}
        >
          {one.protected && <i aria-hidden="true">✓ </i>}@{one.alias}
          {one.version !== undefined && <span className="faint"> {one.version}</span>}
        </span>
      ))}
    </span>
  );
}
