import { Body, Get, Post, Query } from '@nestjs/common';
import { parseQueryInteger } from '../../../../common/validation/index.js';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { Settings } from '../../../../settings/index.js';
import { validationFailed } from '../../../../common/errors/index.js';
import { BulkRevocationDto } from '../../../admin/index.js';
import { BulkRevocationService, type ApiKeySelection } from '../../../api-keys/index.js';
import { runForm, validateForm, type Denial } from '../../forms/form-result.js';
import { textOf, textsOf, type FormBody } from '../../forms/form-body.js';
import { safeNextPath } from '../../forms/next-path.js';
import { MUST_BE_CHECKED } from '../../console.errors.js';
import { Page, SeeOther } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { BulkRevocationPage } from './bulk-revocation.page.js';
import { keyFilterValues, matchesEverything } from './key-filter-values.js';

/**
 * Revokes many keys. It shows a preview first and then asks for confirmation. It revokes nothing if the matching keys
 * have changed since the preview.
 */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys/revoke')
export class BulkRevocationController {
  constructor(
    private readonly revocations: BulkRevocationService,
    private readonly settings: Settings,
  ) {}

  @Get()
  async preview(@Query() query: FormBody): Promise<Page> {
    return new Page(await this.previewPage(query, null));
  }

  @Post()
  async revoke(@CurrentSession() caller: SessionPrincipal, @Body() form: FormBody): Promise<Page | SeeOther> {
    const { value: count, denial } = await runForm(async () => {
      const { confirm, everything, next: _next, ...values } = form;
      if (confirm !== 'yes' && everything !== 'yes') {
        throw validationFailed(MUST_BE_CHECKED.on('confirm'));
      }
      const input = await inputOf(values);
      const revocation = { ...BulkRevocationDto.toRevocation(input), confirm: everything === 'yes' };
      return this.revocations.run(caller, BulkRevocationDto.toSelection(input), revocation);
    });
    if (!denial) return new SeeOther(this.next(form), { notice: { code: 'keysRevoked', params: { count } } });
    return Page.denied(await this.previewPage(form, denial), denial);
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl, '/admin/api-keys');
  }

  private async previewPage(values: FormBody, denial: Denial | null) {
    const ids = textOf(values, 'selection') === 'ids' ? textsOf(values, 'ids') : null;
    // If no key is selected, the preview shows 0 matching keys. The DTO would reject an empty list of ids.
    const { matched, sample } =
      ids?.length === 0
        ? { matched: 0, sample: [] }
        : await this.revocations.preview(await selectionOf(values));
    const filter = keyFilterValues(values);
    return (
      <BulkRevocationPage
        ids={ids}
        filter={filter}
        isEverything={ids === null && matchesEverything(filter)}
        matched={matched}
        sample={sample}
        next={this.next(values)}
        reason={textOf(values, 'reason')}
        denial={denial}
      />
    );
  }
}

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
