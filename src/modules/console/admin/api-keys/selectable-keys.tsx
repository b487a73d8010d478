import type { OwnedApiKey } from '../../../api-keys/index.js';
import { SELECTION_FORM_ID } from '../../api-keys/key-columns.js';
import { KeyTable } from '../../api-keys/key-table.js';
import { LinkButton } from '../../components/link-button.js';
import { usePage } from '../../rendering/page-context.js';
import { withQuery } from '../../rendering/page.js';
import { matchesEverything, type KeyFilterValues } from './key-filter-values.js';

const REVOKE = '/admin/api-keys/revoke';

interface SelectableKeysProps {
  readonly keys: readonly OwnedApiKey[];
  readonly filter: KeyFilterValues;
}

/** The keys of all users, below a toolbar to export and revoke many of them. */
export function SelectableKeys(props: SelectableKeysProps) {
  const { t } = usePage();
  return (
    <>
      <Toolbar {...props} />
      <KeyTable
        isStacked
        label={t('allKeys.title')}
        columns={['select', 'linkedName', 'owner', 'prefix', 'created', 'lastUsed', 'status', 'revoke']}
        keys={props.keys}
        path="/admin/api-keys"
      />
    </>
  );
}

/** key-selection.js counts the selected keys and adds “select all”. Without scripts, users select keys one by one. */
function Toolbar({ keys, filter }: SelectableKeysProps) {
  const { t, link, path } = usePage();
  const canRevokeMatching = !matchesEverything(filter) && filter.status !== 'revoked';
  return (
    <form id={SELECTION_FORM_ID} method="get" action={link(REVOKE)} class="toolbar">
      <input type="hidden" name="selection" value="ids" />
      <input type="hidden" name="next" value={path} />
      <label class="with-scripts">
        <input type="checkbox" data-select-all />
        {t('allKeys.selectAll')}
      </label>
      <SelectedCount max={keys.length} />
      <button type="submit" class="secondary small" data-needs-selection>
        {t('allKeys.revokeSelected')}
      </button>
      {canRevokeMatching && (
        <LinkButton
          to={withQuery(REVOKE, { ...filter, selection: 'filter', next: path })}
          class="secondary small"
        >
          {t('allKeys.revokeMatching')}
        </LinkButton>
      )}
      <a class="export" href={link(withQuery('/admin/api-keys.csv', { ...filter }))}>
        {t('common.exportCsv')}
      </a>
    </form>
  );
}

/** The number of selected keys. key-selection.js shows one of the texts, because it knows no plural forms. */
function SelectedCount({ max }: { max: number }) {
  const { t } = usePage();
  const texts = Array.from({ length: max + 1 }, (_, count) => t('allKeys.selected', { count }));
  return (
    <span class="with-scripts quiet" role="status" data-texts={JSON.stringify(texts)}>
      {texts[0]}
    </span>
  );
}
