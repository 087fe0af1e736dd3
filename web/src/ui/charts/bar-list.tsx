import { number } from '../format.ts';
import { colourVariable } from './palette.ts';

export interface BarValue {
  id: string;
  name: string;
  colour: number;
  value: number | string | null;
}

/** Values that have no course: one is a number, several are bars, greatest first. */
export function BarList({ values }: { values: readonly BarValue[] }) {
  if (values.length === 1) return <span className="key">{number(values[0]!.value)}</span>;
  const numbers = values.map((one) => (typeof one.value === 'number' ? one.value : 0));
  const greatest = Math.max(...numbers.map(Math.abs), Number.MIN_VALUE);
  const sorted = [...values].sort((a, b) => Number(b.value) - Number(a.value));
  return (
    <ul className="bar-list">
      {sorted.map((one) => (
        <li key={one.id}>
          <span className="clip" title={one.name}>
            {one.name}
          </span>
          <span className="track" aria-hidden="true">
            <i
              style={{
                width: `${typeof one.value === 'number' ? (100 * Math.abs(one.value)) / greatest : 0}%`,
                background: colourVariable(one.colour),
              }}
            />
          </span>
          <span className="number">{number(one.value)}</span>
        </li>
      ))}
    </ul>
  );
}
