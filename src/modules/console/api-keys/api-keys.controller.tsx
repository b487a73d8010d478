import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../common/pagination/index.js';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { Settings } from '../../../settings/index.js';
import {
  API_KEY_NOT_FOUND,
  ApiKeysService,
  ListApiKeysQuery,
  RenameApiKeyDto,
  type ApiKey,
} from '../../api-keys/index.js';
import { KeyBudgetService } from '../../rate-limit/index.js';
import { UsageService } from '../../usage/index.js';
import {
  filledIn,
  orNull,
  refusalOf,
  textOf,
  validated,
  type FormBody,
  type Refusal,
} from '../page/forms.js';
import { Page, SeeOther, withQuery } from '../page/page.js';
import { Pages } from '../page/pages.decorator.js';
import { ApiKeyListPage, type KeyList } from './api-key-list.page.js';
import { ApiKeyPage } from './api-key.page.js';
import { revocationOf } from './revocation-form.js';
import { RevokePage } from './revoke.page.js';

const NO_KEYS: KeyList = { data: [], nextCursor: null };

/** A person's own keys: seen, renamed, revoked. */
@SessionOnly()
@Pages('/api-keys')
export class ApiKeyPagesController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly usage: UsageService,
    private readonly keyBudget: KeyBudgetService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get()
  async list(@CurrentPrincipal() caller: SessionPrincipal, @Query() query: FormBody): Promise<Page> {
    const filter = { status: textOf(query, 'status'), search: textOf(query, 'search') };
    const cursor = filledIn(query, 'cursor');
    let keys = NO_KEYS;
    const refusal = await refusalOf(async () => {
      const wanted = await validated(ListApiKeysQuery, {
        status: filledIn(query, 'status'),
        search: filledIn(query, 'search'),
        cursor,
      });
      const slice = SliceQuery.toRequest(wanted);
      const found = await this.apiKeys.list(caller, ListApiKeysQuery.toFilter(wanted), slice);
      keys = toListDto(found, (key) => key);
    });
    const content = (
      <ApiKeyListPage
        keys={keys}
        filter={filter}
        isFirstPage={cursor === undefined}
        budget={await this.keyBudget.look(caller.userId, caller.role)}
        windowSeconds={this.settings.rateLimitWindowSeconds}
        now={this.clock.now()}
        revoked={await this.revokedName(caller, textOf(query, 'revoked'))}
        refusal={refusal}
      />
    );
    return refusal ? Page.refused(content, refusal) : new Page(content);
  }

  @Get(':id')
  async show(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Query() query: FormBody,
  ): Promise<Page> {
    return new Page(await this.keyPage(caller, id, query, null, null));
  }

  @Post(':id')
  async rename(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const typed = textOf(form, 'name');
    const refusal = await refusalOf(async () => {
      await this.apiKeys.update(caller, id, await validated(RenameApiKeyDto, { name: typed }));
    });
    if (!refusal) return new SeeOther(withQuery(`/api-keys/${id}`, { notice: 'renamed' }));
    return Page.refused(await this.keyPage(caller, id, {}, typed, refusal), refusal);
  }

  @Get(':id/revoke')
  async confirm(@CurrentPrincipal() caller: SessionPrincipal, @Param('id') id: string): Promise<Page> {
    return new Page(await this.revokePage(caller, await this.apiKeys.get(caller, id)));
  }

  @Post(':id/revoke')
  async revoke(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const apiKey = await this.apiKeys.get(caller, id);
    const refusal = await refusalOf(async () => {
      await this.apiKeys.revoke(caller, id, await revocationOf(form));
    });
    if (refusal) return Page.refused(await this.revokePage(caller, apiKey, form, refusal), refusal);
    if (textOf(form, 'then') === 'create')
      return new SeeOther(withQuery('/api-keys/create', { name: apiKey.name }));
    return new SeeOther(withQuery('/api-keys', { revoked: id }));
  }

  private async revokePage(
    caller: SessionPrincipal,
    apiKey: ApiKey,
    form: FormBody = {},
    refusal: Refusal | null = null,
  ) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(caller, apiKey.id)}
        back="/api-keys"
        form={form}
        refusal={refusal}
      />
    );
  }

  /** The name of a key that was just revoked. The address holds its id only, so that nobody makes texts up. */
  private async revokedName(caller: SessionPrincipal, id: string): Promise<string | null> {
    if (id === '') return null;
    const apiKey = await orNull(API_KEY_NOT_FOUND, this.apiKeys.get(caller, id));
    return apiKey?.status === 'revoked' ? apiKey.name : null;
  }

  private async keyPage(
    caller: SessionPrincipal,
    id: string,
    query: FormBody,
    typedName: string | null,
    refusal: Refusal | null,
  ) {
    const apiKey = await this.apiKeys.get(caller, id);
    const interval = textOf(query, 'interval') === 'day' ? 'day' : 'hour';
    return (
      <ApiKeyPage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(caller, apiKey.id)}
        name={typedName ?? apiKey.name}
        interval={interval}
        usage={await this.usage.show(caller, id, { interval, from: null, to: null })}
        isRenamed={textOf(query, 'notice') === 'renamed'}
        refusal={refusal}
      />
    );
  }
}
