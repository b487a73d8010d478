import type { ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import type { Refusal } from '../page/forms.js';
import { DataTable } from '../page/lists.js';
import { usePage } from '../page/page-context.js';
import { Badge, Field, MaybeTime, RefusalNotice } from '../page/parts.js';
import { AdminLayout } from './admin-layout.js';
import type { KeyFilterTexts } from './key-filter.js';

interface BulkRevocationPageProps {
  /** The keys that were ticked; `null` where the filter says which are meant. */
  readonly ids: readonly string[] | null;
  readonly filter: KeyFilterTexts;
  readonly isEverything: boolean;
  readonly matched: number;
  readonly sample: readonly { readonly apiKey: ApiKey; readonly owner: User }[];
  readonly reason: string;
  readonly refusal: Refusal | null;
}

export function BulkRevocationPage(props: BulkRevocationPageProps) {
  const { t, link } = usePage();
  const { matched, isEverything, refusal } = props;
  return (
    <AdminLayout title={t('bulk.title')}>
      <h1>{t('bulk.title')}</h1>
      <RefusalNotice refusal={refusal} />
      <p class="lead" role="status">
        {matched === 0 ? t('bulk.none') : t('bulk.matched', { count: matched })}
      </p>
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
        <a href={link('/admin/api-keys')}>{t('common.back')}</a>
      )}
    </AdminLayout>
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

function Confirmation({ ids, filter, matched, reason, refusal }: BulkRevocationPageProps) {
  const { t, link } = usePage();
  const isUnconfirmed = (refusal?.fieldMessage('confirm') ?? null) !== null;
  return (
    <form method="post" action={link('/admin/api-keys/revoke')} class="card">
      {ids?.map((id) => (
        <input key={id} type="hidden" name="ids" value={id} />
      ))}
      {ids && <input type="hidden" name="selection" value="ids" />}
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
          name="confirm"
          value="yes"
          required
          aria-invalid={isUnconfirmed ? 'true' : undefined}
          aria-describedby={isUnconfirmed ? 'confirm-error' : undefined}
        />
        {t('bulk.confirm')}
      </label>
      {isUnconfirmed && (
        <small id="confirm-error" class="wrong">
          {t('bulk.confirmMissing')}
        </small>
      )}
      <div class="buttons">
        <a href={link('/admin/api-keys')}>{t('common.cancel')}</a>
        <button class="danger">{t('bulk.submit', { count: matched })}</button>
      </div>
    </form>
  );
}
