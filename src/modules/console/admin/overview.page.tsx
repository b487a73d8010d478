import { ROLES, USER_STATUSES } from '../../../common/access/index.js';
import type { Stats } from '../../admin/index.js';
import { API_KEY_STATUSES, UNUSED_AFTER_DAYS } from '../../api-keys/index.js';
import { StatTiles } from '../components/stat-tiles.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';
import { Time } from '../components/time.js';
import { UsageReport } from '../usage/usage-report.js';
import { AdminLayout } from './admin-layout.js';
import { TopUsage } from './top-usage.js';

interface OverviewPageProps {
  /** `null` before the first count has ended. */
  readonly stats: Stats | null;
  readonly isCounting: boolean;
}

/** Shows the statistics for admins. While newer ones are being counted, the browser loads the page again. */
export function OverviewPage({ stats, isCounting }: OverviewPageProps) {
  const { t } = usePage();
  return (
    <AdminLayout title={t('admin.title')} scripts={['chart.js']}>
      <div class="head">
        <h1>{t('admin.overview')}</h1>
        {stats && (
          <p class="quiet" role="status">
            {t('admin.asOf')} <Time at={stats.generatedAt} />
            {isCounting && ` ${t('admin.counting')}`}
          </p>
        )}
      </div>
      {stats ? (
        <Figures stats={stats} />
      ) : (
        <p class="card empty" role="status">
          {t('admin.firstCount')}
        </p>
      )}
    </AdminLayout>
  );
}

function Figures({ stats }: { stats: Stats }) {
  const { t } = usePage();
  return (
    <>
      <section class="card">
        <h2>{t('usage.title')}</h2>
        <UsageReport buckets={stats.usage} interval="hour" title={t('admin.chart')} />
      </section>
      <ApiKeyCounts counts={stats.apiKeys} />
      <UserCounts counts={stats.users} />
      <TopUsage apiKeys={stats.topApiKeys} users={stats.topUsers} />
    </>
  );
}

function ApiKeyCounts({ counts }: { counts: Stats['apiKeys'] }) {
  const { t } = usePage();
  const unused = withQuery('/admin/api-keys', { status: 'active', unusedForDays: String(UNUSED_AFTER_DAYS) });
  return (
    <section class="card">
      <h2>{t('admin.keysByStatus')}</h2>
      <StatTiles
        tiles={[
          ...API_KEY_STATUSES.map((status) => ({
            name: t(`status.${status}`),
            value: counts.byStatus[status],
            to: withQuery('/admin/api-keys', { status }),
          })),
          // No list has only keys that were never used, so this tile has no link.
          { name: t('admin.neverUsed'), value: counts.neverUsed },
          { name: t('admin.unused'), value: counts.unusedFor90Days, to: unused },
        ]}
      />
    </section>
  );
}

function UserCounts({ counts }: { counts: Stats['users'] }) {
  const { t } = usePage();
  return (
    <section class="card">
      <h2>{t('admin.usersByRole')}</h2>
      <StatTiles
        tiles={[
          ...ROLES.map((role) => ({
            name: t(`role.${role}`),
            value: counts.byRole[role],
            to: withQuery('/admin/users', { role }),
          })),
          { name: t('common.total'), value: counts.total, to: '/admin/users' },
        ]}
      />
      <h2>{t('admin.usersByStatus')}</h2>
      <StatTiles
        tiles={USER_STATUSES.map((status) => ({
          name: t(`status.${status}`),
          value: counts.byStatus[status],
          to: withQuery('/admin/users', { status }),
        }))}
      />
    </section>
  );
}
