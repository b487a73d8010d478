import type { ApiKeySummary } from '../../../api-keys/index.js';
import type { UsageCounts } from '../../../usage/index.js';
import { StatTiles } from '../../components/stat-tiles.js';
import { usePage } from '../../rendering/page-context.js';
import { pathOfView } from './key-views.js';

interface OwnUsageProps {
  /** The requests of the last 24 hours with all keys of the user. */
  readonly requests: UsageCounts;
  readonly summary: ApiKeySummary;
}

/** Shows how the user's keys are used, and which keys need attention. */
export function OwnUsage({ requests, summary }: OwnUsageProps) {
  const { t } = usePage();
  return (
    <section aria-label={t('ownUsage.title')}>
      <StatTiles
        tiles={[
          { name: t('ownUsage.accepted'), value: requests.accepted },
          { name: t('ownUsage.limited'), value: requests.limited },
          {
            name: t('keys.view.expiring'),
            value: summary.expiringWithin30Days,
            to: pathOfView('expiring'),
          },
          { name: t('keys.view.unused'), value: summary.unusedFor90Days, to: pathOfView('unused') },
        ]}
      />
    </section>
  );
}
