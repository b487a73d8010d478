import { Get, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../../common/pagination/index.js';
import { SessionOnly } from '../../../../common/access/index.js';
import { hideSecrets } from '../../../../common/text/redact-keys.js';
import { ApiKeyFilterDto } from '../../../admin/index.js';
import { AdminApiKeysService } from '../../../api-keys/index.js';
import type { FormBody } from '../../forms/form-body.js';
import { runForm } from '../../forms/form-result.js';
import { Paging } from '../../forms/paging.js';
import { Page, SeeOther, withQuery } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { AllKeysPage, type OwnedKeyList } from './all-keys.page.js';
import { keyFilterValues, validateKeyQuery } from './key-filter-values.js';

const NO_KEYS: OwnedKeyList = { data: [], nextCursor: null };

/** Lists the keys of all users. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys')
export class AllKeysController {
  constructor(private readonly apiKeys: AdminApiKeysService) {}

  @Get()
  async list(@Query() query: FormBody): Promise<Page | SeeOther> {
    const filter = keyFilterValues(query);
    // A key that the user pasted into the search field must not stay in the address bar and the history.
    const search = hideSecrets(filter.search);
    if (search !== filter.search) return new SeeOther(withQuery('/admin/api-keys', { ...filter, search }));

    const paging = Paging.of(query);
    const { value, denial } = await runForm(async () => {
      const input = await validateKeyQuery(query, paging);
      const slice = SliceQuery.toRequest(input);
      const found = await this.apiKeys.list(ApiKeyFilterDto.toFilter(input), slice);
      return toListDto(found, (key) => key);
    });
    const content = <AllKeysPage keys={value ?? NO_KEYS} filter={filter} paging={paging} denial={denial} />;
    return Page.of(content, denial);
  }
}
