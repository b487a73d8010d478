import { API_KEY_STATUSES, type OwnedApiKey } from '../../../api-keys/index.js';
import { ReasonField } from '../../api-keys/key-fields.js';
import { KeyTable } from '../../api-keys/key-table.js';
import { ConfirmCheckbox } from '../../components/fields/confirm-checkbox.js';
import { DenialNotice } from '../../components/notices.js';
import type { Denial } from '../../forms/form-result.js';
import { usePage } from '../../rendering/page-context.js';
import { AdminLayout } from '../admin-layout.js';
import { matchesEverything, type KeyFilterValues } from './key-filter-values.js';

interface BulkRevocationPageProps {
  /** The ids of the selected keys, or `null` if the filter selects the keys. */
  readonly ids: readonly string[] | null;
  readonly filter: KeyFilterValues;
  readonly isEverything: boolean;
  readonly matched: number;
  readonly sample: readonly OwnedApiKey[];
  readonly reason: string;
  /** The list to return to. */
  readonly next: string;
  readonly denial: Denial | null;
}

export function BulkRevocationPage(props: BulkRevocationPageProps) {
  const { t, link } = usePage();
  const { ids, matched, isEverything, next, denial } = props;
  const noneText = ids?.length === 0 ? t('bulk.noneSelected') : t('bulk.none');
  return (
    <AdminLayout title={t('bulk.title')} denial={denial}>
      <h1>{t('bulk.title')}</h1>
      <DenialNotice denial={denial} />
      <p class="lead" role="status">
        {matched === 0 ? noneText : t('bulk.matched', { count: matched })}
      </p>
      <Conditions {...props} />
      {isEverything && matched > 0 && (
        <p class="notice bad">
          <strong>{t('bulk.everything')}</strong>
        </p>
      )}
      {matched > 0 ? (
        <>
          <Sample {...props} />
          <Confirmation {...props} />
        </>
      ) : (
        <p class="back">
          <a href={link(next)}>{t('common.back')}</a>
        </p>
      )}
    </AdminLayout>
  );
}

/** Stands in for the preview while the keys are being counted. */
export function CountingKeysPage({ next }: Pick<BulkRevocationPageProps, 'next'>) {
  const { t, link } = usePage();
  return (
    <AdminLayout title={t('bulk.title')}>
      <h1>{t('bulk.title')}</h1>
      <p class="card empty" role="status">
        {t('admin.firstCount')}
      </p>
      <a href={link(next)}>{t('common.cancel')}</a>
    </AdminLayout>
  );
}

/** Lists the conditions of the filter. It shows nothing if there are none, or if the user selected individual keys. */
function Conditions({ ids, filter, sample }: BulkRevocationPageProps) {
  const { t } = usePage();
  if (ids || matchesEverything(filter)) return null;
  const status = API_KEY_STATUSES.find((each) => each === filter.status);
  const conditions = [
    [t('bulk.search'), filter.search],
    [t('common.status'), status ? t(`status.${status}`) : filter.status],
    [t('allKeys.owner'), filter.userId && (sample[0]?.owner.email ?? filter.userId)],
    [t('allKeys.unusedFor'), filter.unusedForDays],
  ] as const;
  return (
    <dl class="facts">
      {conditions.map(
        ([name, value]) =>
          value !== '' && (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ),
      )}
    </dl>
  );
}

function Sample({ sample, matched }: BulkRevocationPageProps) {
  const { t } = usePage();
  const title = sample.length < matched ? t('bulk.sample') : t('bulk.sampleAll');
  return (
    <section>
      <h2>{title}</h2>
      <KeyTable
        isStacked
        label={title}
        columns={['linkedName', 'owner', 'prefix', 'lastUsed', 'status']}
        keys={sample}
        path="/admin/api-keys"
      />
    </section>
  );
}

function Confirmation(props: BulkRevocationPageProps) {
  const { ids, filter, isEverything, matched, reason, next, denial } = props;
  const { t, link } = usePage();
  return (
    <form method="post" action={link('/admin/api-keys/revoke')} class="card">
      {ids?.map((id) => (
        <input key={id} type="hidden" name="ids" value={id} />
      ))}
      <input type="hidden" name="selection" value={ids ? 'ids' : 'filter'} />
      {Object.entries(filter).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={String(value)} />
      ))}
      <input type="hidden" name="expected" value={matched} />
      <input type="hidden" name="next" value={next} />
      <ReasonField value={reason} denial={denial} />
      <ConfirmCheckbox
        name={isEverything ? 'everything' : 'confirm'}
        text={t(isEverything ? 'bulk.confirmEverything' : 'bulk.confirm')}
        denial={denial}
      />
      <div class="buttons">
        <a href={link(next)}>{t('common.cancel')}</a>
        <button type="submit" class="danger solid">
          {t('bulk.submit', { count: matched })}
        </button>
      </div>
    </form>
  );
}
