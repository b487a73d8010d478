import { usePage } from '../rendering/page-context.js';

export interface StatTile {
  readonly name: string;
  readonly value: number;
}

/** Tiles that each show a number and its name. */
export function StatTiles({ tiles }: { tiles: readonly StatTile[] }) {
  const { format } = usePage();
  return (
    <dl class="stats">
      {tiles.map((tile) => (
        <div key={tile.name}>
          <dt>{tile.name}</dt>
          <dd>{format.number(tile.value)}</dd>
        </div>
      ))}
    </dl>
  );
}
