import { Body, Get, Post, Query } from '@nestjs/common';
import { SessionOnly } from '../../../common/access/index.js';
import { validationFailed } from '../../../common/errors/index.js';
import { ListAllApiKeysQuery } from '../../admin/index.js';
import { BulkRevocationService, RevokeApiKeyDto, type ApiKeySelection } from '../../api-keys/index.js';
import { UsersService } from '../../users/index.js';
import {
  filledIn,
  refusalOf,
  textOf,
  textsOf,
  validated,
  type FormBody,
  type Refusal,
} from '../page/forms.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { BulkRevocationPage } from './bulk-revocation.page.js';
import { filterTexts, isEmptyFilter } from './key-filter.js';

/** Revoking many keys: first seen, then confirmed, and only if they are still the same ones. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys/revoke')
export class BulkRevocationController {
  constructor(
    private readonly revocations: BulkRevocationService,
    private readonly users: UsersService,
  ) {}

  @Get()
  async preview(@Query() query: FormBody): Promise<Page> {
    return new Page(await this.previewPage(query, null));
  }

  @Post()
  async revoke(@Body() form: FormBody): Promise<Page | SeeOther> {
    let count = 0;
    const refusal = await refusalOf(async () => {
      if (textOf(form, 'confirm') !== 'yes') {
        throw validationFailed({ field: 'confirm', message: 'must be ticked' });
      }
      const { reason } = await validated(RevokeApiKeyDto, { reason: filledIn(form, 'reason') });
      count = await this.revocations.run(await selectionOf(form), {
        reason: reason ?? null,
        expected: Number(textOf(form, 'expected')),
        confirm: true,
      });
    });
    if (!refusal) return new SeeOther(withQuery('/admin/api-keys', { count: String(count) }));
    return Page.refused(await this.previewPage(form, refusal), refusal);
  }

  private async previewPage(values: FormBody, refusal: Refusal | null) {
    const { matched, sample } = await this.revocations.preview(await selectionOf(values));
    const owners = await this.users.getMany(sample.map(({ userId }) => userId));
    const ids = tickedIds(values);
    return (
      <BulkRevocationPage
        ids={ids}
        filter={filterTexts(values)}
        isEverything={ids === null && isEmptyFilter(filterTexts(values))}
        matched={matched}
        sample={sample.map((apiKey) => ({ apiKey, owner: owners.get(apiKey.userId)! }))}
        reason={textOf(values, 'reason')}
        refusal={refusal}
      />
    );
  }
}

/** The ticked keys, or `null` for all that the filter matches: ticking none must not mean all. */
const tickedIds = (values: FormBody): string[] | null =>
  textOf(values, 'selection') === 'ids' ? textsOf(values, 'ids') : null;

/** Which keys are meant. Throws `validation_failed`. */
async function selectionOf(values: FormBody): Promise<ApiKeySelection> {
  const ids = tickedIds(values);
  if (ids) return { ids };
  const { status, search, userId, unusedForDays } = await validated(ListAllApiKeysQuery, {
    status: filledIn(values, 'status'),
    search: filledIn(values, 'search'),
    userId: filledIn(values, 'userId'),
    unusedForDays: filledIn(values, 'unusedForDays'),
  });
  return {
    filter: {
      status: status ?? null,
      search: search ?? null,
      userId: userId ?? null,
      unusedForDays: unusedForDays ?? null,
    },
  };
}
