import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  numeric?: boolean;
  /** Says itself what it is, as a button does: where rows are cards its title is left out. */
  bare?: boolean;
}

/** A short table of facts; on a narrow screen each row is a card. Lists that grow are a `DataTable`. */
export function Table<T extends { id: string }>({
  rows,
  columns,
  label,
  open,
  chosen,
}: {
  rows: readonly T[];
  columns: Column<T>[];
  label: string;
  open?: (row: T) => void;
  chosen?: string | undefined;
}) {
  const move = (event: KeyboardEvent<HTMLTableRowElement>, row: T): void => {
    if (event.target !== event.currentTarget) return;
    const { currentTarget } = event;
    if (event.key === 'Enter' && open) open(row);
    if (event.key === 'j' || event.key === 'ArrowDown') (currentTarget.nextElementSibling as HTMLElement | null)?.focus();
    if (event.key === 'k' || event.key === 'ArrowUp') (currentTarget.previousElementSibling as HTMLElement | null)?.focus();
  };
  return (
    <div className="table-wrap cards" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.numeric ? 'number' : ''}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              className={open ? 'link' : ''}
              aria-current={chosen === row.id ? 'true' : undefined}
              tabIndex={open ? 0 : undefined}
              onKeyDown={(event) => move(event, row)}
              onClick={(event) => isPlainClick(event) && open?.(row)}
            >
              {columns.map((column, index) => (
                <td
                  key={column.title}
                  className={column.numeric ? 'number' : ''}
                  data-title={index === 0 || column.bare ? undefined : column.title}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A click that means the row: no control in it, no text being selected, no other window wanted. */
export const isPlainClick = (event: MouseEvent): boolean =>
  !(event.target as HTMLElement).closest('a,button,input,label,select') &&
  !event.metaKey &&
  !event.ctrlKey &&
  !event.shiftKey &&
  (window.getSelection()?.toString() ?? '') === '';
