import type { ComponentChildren, ComponentType } from 'preact';
import type { ApiKey } from '../../api-keys/index.js';
import type { User } from '../../users/index.js';
import { Badge } from '../components/badge.js';
import { LinkButton } from '../components/link-button.js';
import { SentenceWithTime, Time, TIME_PLACEHOLDER } from '../components/time.js';
import { VisuallyHidden } from '../components/visually-hidden.js';
import type { Translate } from '../i18n/languages.js';
import { usePage } from '../rendering/page-context.js';
import { withQuery } from '../rendering/page.js';
import { KeyOwner } from './key-owner.js';
import { LastUse } from './last-use.js';

interface CellProps {
  readonly apiKey: ApiKey;
  readonly owner: User | null;
  readonly path: string;
}

interface KeyColumn {
  readonly head: (t: Translate) => ComponentChildren;
  readonly Cell: ComponentType<CellProps>;
}

/** The available columns of key tables. */
export const KEY_COLUMNS = {
  select: { head: (t) => <VisuallyHidden>{t('allKeys.selection')}</VisuallyHidden>, Cell: SelectCell },
  linkedName: { head: (t) => t('common.name'), Cell: LinkedNameCell },
  owner: {
    head: (t) => t('allKeys.owner'),
    Cell: ({ owner }) => <td class="owner">{owner && <KeyOwner owner={owner} />}</td>,
  },
  prefix: {
    head: (t) => t('keys.key'),
    Cell: PrefixCell,
  },
  created: { head: (t) => t('common.created'), Cell: CreatedCell },
  lastUsed: { head: (t) => t('keys.lastUsed'), Cell: LastUsedCell },
  status: {
    head: (t) => t('common.status'),
    Cell: ({ apiKey }) => (
      <td class="state">
        <Badge state={apiKey.status} />
      </td>
    ),
  },
  statusAndExpiry: { head: (t) => t('common.status'), Cell: StatusAndExpiryCell },
  revoke: { head: (t) => <VisuallyHidden>{t('common.actions')}</VisuallyHidden>, Cell: RevokeCell },
} as const satisfies Record<string, KeyColumn>;

export type KeyColumnName = keyof typeof KEY_COLUMNS;

/** The checkboxes of the column `select` belong to the form with this id. */
export const SELECTION_FORM_ID = 'selected';

/** The name of a key for labels. Different users may have keys with the same name. */
const distinctName = ({ apiKey, owner }: CellProps): string =>
  owner ? `${apiKey.name} (${apiKey.prefix})` : apiKey.name;

function SelectCell(props: CellProps) {
  const { t } = usePage();
  const { id, status } = props.apiKey;
  return (
    <td class="select">
      <label>
        <input
          type="checkbox"
          form={SELECTION_FORM_ID}
          name="ids"
          value={id}
          aria-label={t('allKeys.select', { name: distinctName(props) })}
          disabled={status === 'revoked'}
        />
      </label>
    </td>
  );
}

function LinkedNameCell({ apiKey, path }: CellProps) {
  const { link } = usePage();
  return (
    <th scope="row" class="long">
      <a href={link(`${path}/${apiKey.id}`)}>{apiKey.name}</a>
    </th>
  );
}

function PrefixCell(props: CellProps) {
  const { t } = usePage();
  const { prefix } = props.apiKey;
  return (
    <td class="prefix">
      <code>{prefix}</code>
      <button
        type="button"
        class="quiet small"
        data-copy-text={prefix}
        data-done={t('common.copied')}
        aria-label={t('keys.copyPrefix', { name: distinctName(props) })}
        hidden
      >
        {t('common.copy')}
      </button>
    </td>
  );
}

function CreatedCell({ apiKey }: CellProps) {
  return (
    <td class="created">
      <Time at={apiKey.createdAt} isRelative />
    </td>
  );
}

function LastUsedCell({ apiKey }: CellProps) {
  return (
    <td class="used">
      <LastUse apiKey={apiKey} />
    </td>
  );
}

function StatusAndExpiryCell({ apiKey: { status, expiresAt } }: CellProps) {
  const { t } = usePage();
  return (
    <td class="state">
      <Badge state={status} />
      {status === 'active' && expiresAt && (
        <small class="quiet">
          <SentenceWithTime
            text={t('keys.expiresAt', { time: TIME_PLACEHOLDER })}
            at={expiresAt}
            isRelative
            isEnd
          />
        </small>
      )}
    </td>
  );
}

function RevokeCell(props: CellProps) {
  const { t, path: list } = usePage();
  const { apiKey, path } = props;
  return (
    <td class="act">
      {apiKey.status !== 'revoked' && (
        <LinkButton
          to={withQuery(`${path}/${apiKey.id}/revoke`, { next: list })}
          class="quiet small"
          isDialog
        >
          {t('keys.revoke')}
          <VisuallyHidden> {distinctName(props)}</VisuallyHidden>
        </LinkButton>
      )}
    </td>
  );
}
