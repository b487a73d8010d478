import { API_KEY_STATUSES, type OwnedApiKey } from '../../api-keys/index.js';
import type { Refusal } from '../page/forms.js';
import { DataTable } from '../page/lists.js';
import { usePage } from '../page/page-context.js';
import { Badge, Field, MaybeTime, RefusalNotice } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';
import { withQuery } from '../page/page.js';
import { isEmptyFilter, type KeyFilterTexts } from './key-filter.js';

interface BulkRevocationPageProps {
  /** The keys that were ticked; `null` where the filter says which are meant. */
  readonly ids: readonly string[] | null;
  readonly filter: KeyFilterTexts;
  readonly isEverything: boolean;
  readonly matched: number;
  readonly sample: readonly OwnedApiKey[];
  readonly reason: string;
  readonly refusal: Refusal | null;
}

export function BulkRevocationPage(props: BulkRevocationPageProps) {
  const { t, link } = usePage();
  const { matched, isEverything, filter, refusal } = props;
  return (
    <AdminLayout title={t('bulk.title')}>
      <h1>{t('bulk.title')}</h1>
      <RefusalNotice refusal={refusal} />
      <p class="lead" role="status">
        {matched === 0 ? t('bulk.none') : t('bulk.matched', { count: matched })}
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
        <a href={link(withQuery('/admin/api-keys', { ...filter }))}>{t('common.back')}</a>
      )}
    </AdminLayout>
  );
}

/** What the keys have in common, where they were not ticked one by one. */
function Conditions({ ids, filter, sample }: BulkRevocationPageProps) {
  const { t } = usePage();
  if (ids || isEmptyFilter(filter)) return null;
  const status = API_KEY_STATUSES.find((each) => each === filter.status);
  const conditions = [
    [t('allKeys.searchLabel'), filter.search],
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
      <DataTable
        label={title}
        columns={[
          t('common.name'),
          t('allKeys.owner'),
          t('keys.key'),
          t('keys.lastUsed'),
          t('common.status'),
        ]}
      >
        {sample.map(({ apiKey, owner }) => (
          <tr key={apiKey.id}>
            <th scope="row" class="long">
              {apiKey.name}
            </th>
            <td class="long">{owner.email}</td>
            <td>
              <code>{apiKey.prefix}</code>
            </td>
            <td>
              <MaybeTime at={apiKey.lastUsedAt} otherwise={t('keys.neverUsed')} />
            </td>
            <td>
              <Badge state={apiKey.status} />
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function Confirmation(props: BulkRevocationPageProps) {
  const { ids, filter, isEverything, matched, reason, refusal } = props;
  const { t, link } = usePage();
  const isUnconfirmed = (refusal?.fieldError('confirm') ?? null) !== null;
  return (
    <form method="post" action={link('/admin/api-keys/revoke')} class="card">
      {ids?.map((id) => (
        <input key={id} type="hidden" name="ids" value={id} />
      ))}
      <input type="hidden" name="selection" value={ids ? 'ids' : 'filter'} />
      {Object.entries(filter).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value as string} />
      ))}
      <input type="hidden" name="expected" value={matched} />
      <Field
        name="reason"
        label={t('revoke.reason')}
        hint={t('revoke.reasonHint')}
        isOptional
        value={reason}
        maxLength={200}
        autocomplete="off"
        refusal={refusal}
      />
      <label>
        <input
          type="checkbox"
          name={isEverything ? 'everything' : 'confirm'}
          value="yes"
          required
          aria-invalid={isUnconfirmed ? 'true' : undefined}
          aria-describedby={isUnconfirmed ? 'confirm-error' : undefined}
        />
        {t(isEverything ? 'bulk.confirmEverything' : 'bulk.confirm')}
      </label>
      {isUnconfirmed && (
        <small id="confirm-error" class="wrong">
          {t('bulk.confirmMissing')}
        </small>
      )}
      <div class="buttons">
        <a href={link(withQuery('/admin/api-keys', { ...filter }))}>{t('common.cancel')}</a>
        <button class="danger">{t('bulk.submit', { count: matched })}</button>
      </div>
    </form>
  );
}
