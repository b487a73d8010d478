import type { UserWithKeyCount } from '../../../admin/index.js';
import type { UsageCounts, UsagePeriod } from '../../../usage/index.js';
import { StatTiles } from '../../components/stat-tiles.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';

interface UserSummaryProps extends UserWithKeyCount {
  readonly period: UsagePeriod;
  /** The requests of the period with all keys of the user. */
  readonly totals: UsageCounts;
}

/** Tiles with the most important numbers about a user. */
export function UserSummary({ user, activeApiKeys, period, totals }: UserSummaryProps) {
  const { t } = usePage();
  const periodName = t(`usage.periods.${period.name}`);
  return (
    <StatTiles
      tiles={[
        {
          name: t('users.activeKeys'),
          value: activeApiKeys,
          to: withQuery('/admin/api-keys', { userId: user.id, status: 'active' }),
        },
        {
          name: t('users.requests', { period: periodName }),
          value: totals.accepted + totals.limited + totals.denied,
        },
        { name: t('users.limited', { period: periodName }), value: totals.limited },
      ]}
    />
  );
}
