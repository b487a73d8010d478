/** A row of the table: a measured value, its reference and its target. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly against: string;
  readonly ratio: number;
  /** `null` if there is no target. */
  readonly target: { readonly shown: string; readonly isMet: boolean } | null;
}

const HEAD = ['What', 'Measured', 'Compared with', 'Ratio', 'Target', 'Met'];

export const atLeast = (ratio: number, target: number): Row['target'] => ({
  shown: `≥ ${target.toFixed(2)}`,
  isMet: ratio >= target,
});

export const atMost = (ratio: number, target: number): Row['target'] => ({
  shown: `≤ ${target.toFixed(1)}`,
  isMet: ratio <= target,
});

/** Formats the rows as a Markdown table. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map(({ what, measured, against, ratio, target }) => [
    what,
    measured,
    against,
    ratio.toFixed(2),
    target?.shown ?? '–',
    target ? (target.isMet ? 'yes' : 'no') : '',
  ]);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
