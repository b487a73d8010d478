import { usePage } from '../rendering/page-context.js';

export interface StatTile {
  readonly name: string;
  readonly value: number;
  /** The path and query of the list of what the tile counts. */
  readonly to?: string;
}

/** Tiles that each show a number and its name. */
export function StatTiles({ tiles }: { tiles: readonly StatTile[] }) {
  const { format, link } = usePage();
  return (
    <dl class="stats">
      {tiles.map(({ name, value, to }) => (
        <div key={name}>
          <dt>{to === undefined ? name : <a href={link(to)}>{name}</a>}</dt>
          <dd>{format.number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
