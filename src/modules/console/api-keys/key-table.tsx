import type { ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import { DataTable } from '../components/lists/data-table.js';
import { usePage } from '../rendering/page-context.js';
import { KEY_COLUMNS, type KeyColumnName } from './key-columns.js';

/** A key and its owner. The owner is `null` if the table has no column for it. */
export interface KeyRow {
  readonly apiKey: ApiKey;
  readonly owner: User | null;
}

interface KeyTableProps {
  readonly label: string;
  readonly columns: readonly KeyColumnName[];
  readonly keys: readonly KeyRow[];
  /** The path of the list: `/api-keys` or `/admin/api-keys`. The paths of each key's pages begin with it. */
  readonly path: string;
  readonly isStacked?: boolean;
}

/** A table of keys with the given columns. */
export function KeyTable({ label, columns, keys, path, isStacked }: KeyTableProps) {
  const { t } = usePage();
  return (
    <DataTable
      label={label}
      columns={columns.map((name) => KEY_COLUMNS[name].head(t))}
      {...(isStacked && { isStacked })}
    >
      {keys.map(({ apiKey, owner }) => (
        <tr key={apiKey.id}>
          {columns.map((name) => {
            const { Cell } = KEY_COLUMNS[name];
            return <Cell key={name} apiKey={apiKey} owner={owner} path={path} />;
          })}
        </tr>
      ))}
    </DataTable>
  );
}
