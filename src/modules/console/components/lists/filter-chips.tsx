import { usePage } from '../../rendering/page-context.js';

export interface FilterChip {
  readonly text: string;
  /** The path and query of the list with this filter. */
  readonly to: string;
  readonly isCurrent: boolean;
}

/** Links that each show a list with another filter. */
export function FilterChips({ label, chips }: { label: string; chips: readonly FilterChip[] }) {
  const { link } = usePage();
  return (
    <nav class="chips" aria-label={label}>
      {chips.map(({ text, to, isCurrent }) => (
        <a key={to} href={link(to)} aria-current={isCurrent ? 'true' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
