import { Get, Query } from '@nestjs/common';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { toListDto } from '../../../../common/pagination/index.js';
import { hideSecrets } from '../../../../common/text/redact-keys.js';
import { Settings } from '../../../../settings/index.js';
import { ApiKeysService, ListApiKeysQuery } from '../../../api-keys/index.js';
import { RemainingRequestsService } from '../../../rate-limit/index.js';
import { UsageService } from '../../../usage/index.js';
import { optionalTextOf, textOf, type FormBody } from '../../forms/form-body.js';
import { runForm, validateForm } from '../../forms/form-result.js';
import { Paging } from '../../forms/paging.js';
import { Page, SeeOther, withQuery } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { isUnfiltered, KeyListPage, type KeyList, type NoKeys, type ShownList } from './key-list.page.js';
import { filterOfView, keyViewOf } from './key-views.js';

const NO_KEYS: KeyList = { data: [], nextCursor: null, total: 0 };

/** Lists the user's own keys. */
@SessionOnly()
@Pages('/api-keys')
export class KeyListController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly usage: UsageService,
    private readonly remainingRequests: RemainingRequestsService,
    private readonly settings: Settings,
  ) {}

  @Get()
  async list(@CurrentSession() caller: SessionPrincipal, @Query() query: FormBody): Promise<Page | SeeOther> {
    const shown = shownListOf(query);
    // A key that the user pasted into the search field must not stay in the address bar and the history.
    const isKeyInUrl = shown.search !== textOf(query, 'search');
    if (isKeyInUrl) return new SeeOther(withQuery('/api-keys', { search: shown.search }));

    const { value, denial } = await runForm(() => this.find(caller, shown));
    const { totals } = await this.usage.ofSubjectInPeriod({ userId: caller.userId }, '24h');
    const content = (
      <KeyListPage
        keys={value ?? NO_KEYS}
        shown={shown}
        noKeys={value?.total === 0 && isUnfiltered(shown) ? await this.noKeys(caller, shown) : null}
        requests={totals}
        summary={await this.apiKeys.summarize(caller)}
        rateLimit={await this.remainingRequests.look(caller.userId, caller.role)}
        windowSeconds={this.settings.rateLimitWindowSeconds}
        denial={denial}
      />
    );
    return Page.of(content, denial);
  }

  private async noKeys(caller: SessionPrincipal, shown: ShownList): Promise<NoKeys> {
    const { total } = await this.find(caller, { ...shown, view: 'revoked' });
    return { hasRevokedKeys: total > 0 };
  }

  private async find(caller: SessionPrincipal, { view, search, sort, paging }: ShownList): Promise<KeyList> {
    const input = await validateForm(ListApiKeysQuery, {
      search: search.trim() === '' ? undefined : search,
      sort,
      cursor: paging.cursor,
      limit: paging.limit,
    });
    const filter = { ...ListApiKeysQuery.toFilter(input), ...filterOfView(view, search) };
    const found = await this.apiKeys.list(caller, filter, ListApiKeysQuery.toSliceRequest(input));
    return { ...toListDto(found, (key) => key), total: found.total };
  }
}

const shownListOf = (query: FormBody): ShownList => ({
  view: keyViewOf(query),
  search: hideSecrets(textOf(query, 'search')),
  sort: optionalTextOf(query, 'sort'),
  paging: Paging.of(query),
});
