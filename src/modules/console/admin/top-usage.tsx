import type { ComponentChildren } from 'preact';
import type { TopApiKeys, TopUsers } from '../../admin/index.js';
import { DataTable } from '../components/lists/data-table.js';
import { NameAndEmail } from '../components/name-and-email.js';
import { usePage } from '../rendering/page-context.js';

type RankedOutcome = keyof TopUsers;

interface TopUsageProps {
  readonly apiKeys: TopApiKeys;
  readonly users: TopUsers;
}

/** Shows the keys and users with the most accepted and with the most rate-limited requests in the last 24 hours. */
export const TopUsage = (props: TopUsageProps) => (
  <>
    <TopOfOutcome outcome="accepted" {...props} />
    <TopOfOutcome outcome="limited" {...props} />
  </>
);

function TopOfOutcome({ outcome, apiKeys, users }: TopUsageProps & { readonly outcome: RankedOutcome }) {
  const { t } = usePage();
  const topKeys = apiKeys[outcome];
  const topUsers = users[outcome];
  return (
    <section class="card">
      <h2>{t(`admin.top.${outcome}`)}</h2>
      {topKeys.length + topUsers.length === 0 ? (
        <p class="quiet">{t(`admin.top.none.${outcome}`)}</p>
      ) : (
        <div class="columns">
          <TopTable outcome={outcome} name={t('admin.top.apiKeys')} isEmpty={topKeys.length === 0}>
            {topKeys.map(({ apiKey, owner, ...counts }) => (
              <TopRow
                key={apiKey.id}
                to={`/admin/api-keys/${apiKey.id}`}
                name={apiKey.name}
                email={owner.email}
                count={counts[outcome]}
              />
            ))}
          </TopTable>
          <TopTable outcome={outcome} name={t('admin.users')} isEmpty={topUsers.length === 0}>
            {topUsers.map(({ user, ...counts }) => (
              <TopRow
                key={user.id}
                to={`/admin/users/${user.id}`}
                name={user.name}
                email={user.email}
                count={counts[outcome]}
              />
            ))}
          </TopTable>
        </div>
      )}
    </section>
  );
}

interface TopTableProps {
  readonly outcome: RankedOutcome;
  /** What the rows are: API keys or users. */
  readonly name: string;
  readonly isEmpty: boolean;
  readonly children: ComponentChildren;
}

/** A table of API keys or users. It shows nothing if there are none, for example because the keys were removed. */
function TopTable({ outcome, name, isEmpty, children }: TopTableProps) {
  const { t } = usePage();
  if (isEmpty) return null;
  return (
    <DataTable
      label={`${t(`admin.top.${outcome}`)}: ${name}`}
      columns={[name, t(`usage.${outcome}`)]}
      isNumeric
    >
      {children}
    </DataTable>
  );
}

interface TopRowProps {
  readonly to: string;
  readonly name: string;
  readonly email: string;
  readonly count: number;
}

function TopRow({ count, ...identity }: TopRowProps) {
  const { format } = usePage();
  return (
    <tr>
      <th scope="row" class="long">
        <NameAndEmail {...identity} />
      </th>
      <td>{format.number(count)}</td>
    </tr>
  );
}
