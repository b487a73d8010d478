import { Body, Get, Post, Query } from '@nestjs/common';
import { parseQueryInteger } from '../../../../common/validation/index.js';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { Settings } from '../../../../settings/index.js';
import { validationFailed } from '../../../../common/errors/index.js';
import { BulkRevocationDto } from '../../../admin/index.js';
import {
  BulkRevocationService,
  type ApiKeySelection,
  type RevocationPreview,
} from '../../../api-keys/index.js';
import { runForm, validateForm, type Denial } from '../../forms/form-result.js';
import { textOf, textsOf, type FormBody } from '../../forms/form-body.js';
import { safeNextPath } from '../../forms/next-path.js';
import { MUST_BE_CHECKED } from '../../console.errors.js';
import { Page, SeeOther } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { BulkRevocationPage, CountingKeysPage } from './bulk-revocation.page.js';
import { keyFilterValues, matchesEverything } from './key-filter-values.js';
import { RevocationPreviewsService } from './revocation-previews.service.js';

/** The page waits this long for the preview. */
const WAIT_MS = 30;
const NO_KEYS: RevocationPreview = { matched: 0, sample: [] };

/**
 * Revokes many keys. It shows a preview first and then asks for confirmation. It revokes nothing if the matching keys
 * have changed since the preview.
 */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys/revoke')
export class BulkRevocationController {
  constructor(
    private readonly revocations: BulkRevocationService,
    private readonly previews: RevocationPreviewsService,
    private readonly settings: Settings,
  ) {}

  /** Shows which keys would be revoked. If counting them takes long, the page reloads until they are counted. */
  @Get()
  async preview(@Query() query: FormBody): Promise<Page> {
    const preview = hasNoKeys(query)
      ? NO_KEYS
      : await this.previews.within(WAIT_MS, await selectionOf(query));
    return preview
      ? new Page(this.previewPage(query, preview, null))
      : Page.reloading(<CountingKeysPage next={this.next(query)} />);
  }

  @Post()
  async revoke(@CurrentSession() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page | SeeOther> {
    const { value: count, denial } = await runForm(async () => {
      const { confirm: _confirm, everything, next: _next, ...values } = form;
      const box = isEverything(form) ? 'everything' : 'confirm';
      if (form[box] !== 'yes') throw validationFailed(MUST_BE_CHECKED.on(box));
      const input = await inputOf(values);
      const revocation = { ...BulkRevocationDto.toRevocation(input), confirm: everything === 'yes' };
      return this.revocations.run(caller, BulkRevocationDto.toSelection(input), revocation);
    });
    if (!denial) return new SeeOther(this.next(form), { notice: { code: 'keysRevoked', params: { count } } });
    const preview = hasNoKeys(form) ? NO_KEYS : await this.revocations.preview(await selectionOf(form));
    return Page.denied(this.previewPage(form, preview, denial), denial);
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl, '/admin/api-keys');
  }

  private previewPage(values: FormBody, { matched, sample }: RevocationPreview, denial: Denial | null) {
    const ids = idsOf(values);
    const filter = keyFilterValues(values);
    return (
      <BulkRevocationPage
        ids={ids}
        filter={filter}
        isEverything={isEverything(values)}
        matched={matched}
        sample={sample}
        next={this.next(values)}
        reason={textOf(values, 'reason')}
        denial={denial}
      />
    );
  }
}

/** Returns the selected ids, or `null` if the filter selects the keys. */
const idsOf = (values: FormBody): string[] | null =>
  textOf(values, 'selection') === 'ids' ? textsOf(values, 'ids') : null;

/** Returns whether all keys of all users are selected. */
const isEverything = (values: FormBody): boolean =>
  idsOf(values) === null && matchesEverything(keyFilterValues(values));

/** Returns whether no key is selected. The preview then shows 0 keys. The DTO would reject an empty list of ids. */
const hasNoKeys = (values: FormBody): boolean => idsOf(values)?.length === 0;

/** Reads the selected keys from the form. Throws `validation_failed`. */
async function selectionOf(values: FormBody): Promise<ApiKeySelection> {
  const {
    confirm: _confirm,
    everything: _everything,
    next: _next,
    reason: _reason,
    expected: _expected,
    ...keys
  } = values;
  return BulkRevocationDto.toSelection(await inputOf(keys));
}

const emptyToUndefined = (value: unknown): unknown => (value === '' ? undefined : value);

/**
 * Converts a form to the request body of the REST API. It keeps unknown fields, so that the validation rejects them.
 */
function inputOf({
  selection,
  ids,
  search,
  status,
  userId,
  unusedForDays,
  reason,
  expected,
  ...others
}: FormBody): Promise<BulkRevocationDto> {
  const conditions = {
    search: emptyToUndefined(search),
    status: emptyToUndefined(status),
    userId: emptyToUndefined(userId),
    unusedForDays: parseQueryInteger({ value: emptyToUndefined(unusedForDays) }),
  };
  return validateForm(BulkRevocationDto, {
    ids: selection === 'ids' ? textsOf({ ids }, 'ids') : undefined,
    filter: selection === 'filter' ? conditions : undefined,
    reason: emptyToUndefined(reason),
    expected: parseQueryInteger({ value: emptyToUndefined(expected) }),
    ...others,
  });
}
