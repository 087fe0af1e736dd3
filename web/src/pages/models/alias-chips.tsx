interface Alias {
  alias: string;
  version?: number;
  protected: boolean;
}

/** Names that stand for one version. */
export const aliasesOf = (model: { aliases: readonly Required<Alias>[] }, version: number): Alias[] =>
  model.aliases
    .filter((one) => one.version === version)
    .map(({ alias, protected: isProtected }) => ({ alias, protected: isProtected }));

/** Names that point at versions; those that stand for production say so by a mark and a word. */
export function AliasChips({ aliases }: { aliases: readonly Alias[] }) {
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
