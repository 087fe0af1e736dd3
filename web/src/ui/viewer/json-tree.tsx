import { useState } from 'react';
import { Button } from '../kit.tsx';

const step = 100;

/** JSON as a tree: the first levels open, long lists a piece at a time. */
export function JsonTree({ value, name, depth = 0 }: { value: unknown; name?: string; depth?: number }) {
  const [shown, setShown] = useState(step);
  const label = name === undefined ? null : <span className="json-key">{name}: </span>;
  if (value === null || typeof value !== 'object')
    return (
      <div className="json-leaf">
        {label}
        <span className={`json-${value === null ? 'null' : typeof value}`}>{JSON.stringify(value)}</span>
      </div>
    );
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <details className="json" open={depth < 2}>
      <summary>
        {label}
        <span className="faint">{size}</span>
      </summary>
      {entries.slice(0, shown).map(([key, child]) => (
        <JsonTree key={key} name={key} value={child} depth={depth + 1} />
      ))}
      {entries.length > shown && (
        <Button tone="quiet" onClick={() => setShown(shown + 10 * step)}>
          {(entries.length - shown).toLocaleString('en')} more
        </Button>
      )}
    </details>
  );
}
