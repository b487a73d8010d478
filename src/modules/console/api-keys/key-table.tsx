import type { ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import { DataTable } from '../components/data-table.js';
import { usePage } from '../rendering/page-context.js';
import { KEY_COLUMNS, type KeyColumnName } from './key-columns.js';

/** A key, with its owner where other users' keys are shown. */
export interface KeyRow {
  readonly apiKey: ApiKey;
  readonly owner: User | null;
}

interface KeyTableProps {
  readonly label: string;
  readonly columns: readonly KeyColumnName[];
  readonly keys: readonly KeyRow[];
  /** The path of the list, below which each key has its pages: `/api-keys` or `/admin/api-keys`. */
  readonly path: string;
  /** For the marks on unused keys; without it there are none. */
  readonly now?: Date;
  readonly isStacked?: boolean;
}

/** Keys as rows, with the columns that the page needs. */
export function KeyTable({ label, columns, keys, path, now, isStacked }: KeyTableProps) {
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
            return <Cell key={name} apiKey={apiKey} owner={owner} path={path} now={now ?? null} />;
          })}
        </tr>
      ))}
    </DataTable>
  );
}
