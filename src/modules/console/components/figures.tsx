import { usePage } from '../rendering/page-context.js';

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** The colour of its upper edge. */
  readonly class?: string;
}

/** Large numbers with their names. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  const { format } = usePage();
  return (
    <dl class="figures">
      {figures.map((figure) => (
        <div key={figure.name} class={figure.class}>
          <dt>{figure.name}</dt>
          <dd>{format.number(figure.value)}</dd>
        </div>
      ))}
    </dl>
  );
}
