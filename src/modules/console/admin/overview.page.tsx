import { ROLES, USER_STATUSES } from '../../../common/access/index.js';
import type { Stats } from '../../admin/index.js';
import { API_KEY_STATUSES, UNUSED_AFTER_DAYS } from '../../api-keys/index.js';
import { StatTiles } from '../components/stat-tiles.js';
import { usePage } from '../rendering/page-context.js';
import { Time } from '../components/time.js';
import { UsageReport } from '../usage/usage-report.js';
import { AdminLayout } from './admin-layout.js';

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
        <p class="quiet" role="status">
          {stats && (
            <>
              {t('admin.asOf')} <Time at={stats.generatedAt} />
            </>
          )}
          {isCounting && ` ${t('admin.counting')}`}
        </p>
      </div>
      {stats && <Figures stats={stats} />}
    </AdminLayout>
  );
}

function Figures({ stats }: { stats: Stats }) {
  const { t, link } = usePage();
  const { users, apiKeys } = stats;
  return (
    <>
      <section class="card">
        <h2>{t('usage.title')}</h2>
        <UsageReport buckets={stats.usage} interval="hour" title={t('admin.chart')} />
      </section>
      <section class="card">
        <h2>{t('admin.keysByStatus')}</h2>
        <StatTiles
          tiles={[
            ...API_KEY_STATUSES.map((status) => ({
              name: t(`status.${status}`),
              value: apiKeys.byStatus[status],
            })),
            { name: t('admin.neverUsed'), value: apiKeys.neverUsed },
            { name: t('admin.unused'), value: apiKeys.unusedFor90Days },
          ]}
        />
        <a href={link(`/admin/api-keys?status=active&unusedForDays=${UNUSED_AFTER_DAYS}`)}>
          {t('admin.cleanUp')}
        </a>
      </section>
      <section class="card">
        <h2>{t('admin.usersByRole')}</h2>
        <StatTiles
          tiles={[
            ...ROLES.map((role) => ({ name: t(`role.${role}`), value: users.byRole[role] })),
            { name: t('common.total'), value: users.total },
          ]}
        />
        <h2>{t('admin.usersByStatus')}</h2>
        <StatTiles
          tiles={USER_STATUSES.map((status) => ({
            name: t(`status.${status}`),
            value: users.byStatus[status],
          }))}
        />
      </section>
    </>
  );
}
