import type { ComponentChildren } from 'preact';

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly ComponentChildren[];
  /** Whether every column except the first contains numbers. */
  readonly isNumeric?: boolean;
  /** Whether each row becomes a block of two lines on a narrow screen. */
  readonly isStacked?: boolean;
  readonly children: ComponentChildren;
}

/** Shows a table. On narrow screens, users can scroll it sideways, even with the keyboard. */
export const DataTable = ({ label, columns, isNumeric, isStacked, children }: DataTableProps) => (
  <section class={isStacked ? 'table-frame stacked' : 'table-frame'} aria-label={label} tabIndex={0}>
    <table class={isNumeric ? 'numbers' : undefined}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={index} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);
