import { Body, Get, Post, Query } from '@nestjs/common';
import { parseInteger } from '../../../common/validation/index.js';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { validationFailed } from '../../../common/errors/index.js';
import { BulkRevocationDto } from '../../admin/index.js';
import { BulkRevocationService, type ApiKeySelection } from '../../api-keys/index.js';
import { refusalOf, textOf, textsOf, validated, type FormBody, type Refusal } from '../page/forms.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { BulkRevocationPage } from './bulk-revocation.page.js';
import { filterTexts, isEmptyFilter } from './key-filter.js';
import { UNTICKED } from '../console.errors.js';

/** Revoking many keys: first seen, then confirmed, and only if they are still the same ones. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys/revoke')
export class BulkRevocationController {
  constructor(private readonly revocations: BulkRevocationService) {}

  @Get()
  async preview(@Query() query: FormBody): Promise<Page> {
    return new Page(await this.previewPage(query, null));
  }

  @Post()
  async revoke(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    let count = 0;
    const refusal = await refusalOf(async () => {
      const { confirm, everything, ...values } = form;
      if (confirm !== 'yes' && everything !== 'yes') {
        throw validationFailed(UNTICKED.on('confirm'));
      }
      const wanted = await wantedOf(values);
      const revocation = { ...BulkRevocationDto.toRevocation(wanted), confirm: everything === 'yes' };
      count = await this.revocations.run(caller, BulkRevocationDto.toSelection(wanted), revocation);
    });
    if (!refusal) return new SeeOther(withQuery('/admin/api-keys', { count: String(count) }));
    return Page.refused(await this.previewPage(form, refusal), refusal);
  }

  private async previewPage(values: FormBody, refusal: Refusal | null) {
    const ids = textOf(values, 'selection') === 'ids' ? textsOf(values, 'ids') : null;
    // Ticking none must not mean all.
    const { matched, sample } =
      ids?.length === 0
        ? { matched: 0, sample: [] }
        : await this.revocations.preview(await selectionOf(values));
    const filter = filterTexts(values);
    return (
      <BulkRevocationPage
        ids={ids}
        filter={filter}
        isEverything={ids === null && isEmptyFilter(filter)}
        matched={matched}
        sample={sample}
        reason={textOf(values, 'reason')}
        refusal={refusal}
      />
    );
  }
}

/** Which keys are meant, without what is said about them. Throws `validation_failed`. */
async function selectionOf(values: FormBody): Promise<ApiKeySelection> {
  const {
    confirm: _confirm,
    everything: _everything,
    reason: _reason,
    expected: _expected,
    ...keys
  } = values;
  return BulkRevocationDto.toSelection(await wantedOf(keys));
}

const filled = (value: unknown): unknown => (value === '' ? undefined : value);

/** A form as the REST API would get it; what nobody knows is handed on, to be refused as it is there. */
function wantedOf({
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
    search: filled(search),
    status: filled(status),
    userId: filled(userId),
    unusedForDays: parseInteger({ value: filled(unusedForDays) }),
  };
  return validated(BulkRevocationDto, {
    ids: selection === 'ids' ? textsOf({ ids }, 'ids') : undefined,
    filter: selection === 'filter' ? conditions : undefined,
    reason: filled(reason),
    expected: parseInteger({ value: filled(expected) }),
    ...others,
  });
}
