import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { toListDto } from '../../../common/pagination/index.js';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { hideSecrets } from '../../../common/text/redact-keys.js';
import { Settings } from '../../../settings/index.js';
import {
  API_KEY_NOT_FOUND,
  ApiKeysService,
  ListApiKeysQuery,
  UpdateApiKeyDto,
  type ApiKey,
} from '../../api-keys/index.js';
import { RemainingRequestsService } from '../../rate-limit/index.js';
import { UsageService } from '../../usage/index.js';
import { optionalTextOf, textOf, type FormBody } from '../forms/form-body.js';
import { nullOnError, runForm, validateForm, type Denial } from '../forms/form-result.js';
import { Page, SeeOther, withQuery } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { ApiKeyListPage, type KeyList } from './api-key-list.page.js';
import { ApiKeyPage } from './api-key.page.js';
import { revocationFromForm } from './revocation-form.js';
import { RevokePage } from './revoke.page.js';

const NO_KEYS: KeyList = { data: [], nextCursor: null };

/** Lists, shows, renames and revokes the user's own keys. */
@SessionOnly()
@Pages('/api-keys')
export class ApiKeyPagesController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly usage: UsageService,
    private readonly remainingRequests: RemainingRequestsService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get()
  async list(@CurrentSession() caller: SessionPrincipal, @Query() query: FormBody): Promise<Page> {
    const filter = { status: textOf(query, 'status'), search: hideSecrets(textOf(query, 'search')) };
    const cursor = optionalTextOf(query, 'cursor');
    const { value, denial } = await runForm(async () => {
      const input = await validateForm(ListApiKeysQuery, {
        status: optionalTextOf(query, 'status'),
        search: optionalTextOf(query, 'search'),
        cursor,
      });
      const slice = ListApiKeysQuery.toSliceRequest(input);
      const found = await this.apiKeys.list(caller, ListApiKeysQuery.toFilter(input), slice);
      return toListDto(found, (key) => key);
    });
    const content = (
      <ApiKeyListPage
        keys={value ?? NO_KEYS}
        filter={filter}
        isFirstPage={cursor === undefined}
        rateLimit={await this.remainingRequests.look(caller.userId, caller.role)}
        windowSeconds={this.settings.rateLimitWindowSeconds}
        now={this.clock.now()}
        revoked={await this.revokedName(caller, textOf(query, 'revoked'))}
        denial={denial}
      />
    );
    return Page.of(content, denial);
  }

  @Get(':id')
  async show(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Query() query: FormBody,
  ): Promise<Page> {
    return new Page(await this.keyPage(caller, id, query, null, null));
  }

  @Post(':id')
  async rename(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const typed = textOf(form, 'name');
    const { denial } = await runForm(async () =>
      this.apiKeys.update(caller, id, await validateForm(UpdateApiKeyDto, { name: typed })),
    );
    if (!denial) return new SeeOther(withQuery(`/api-keys/${id}`, { notice: 'renamed' }));
    return Page.denied(await this.keyPage(caller, id, {}, typed, denial), denial);
  }

  @Get(':id/revoke')
  async confirm(@CurrentSession() caller: SessionPrincipal, @Param('id') id: string): Promise<Page> {
    return new Page(await this.revokePage(caller, await this.apiKeys.get(caller, id)));
  }

  @Post(':id/revoke')
  async revoke(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const apiKey = await this.apiKeys.get(caller, id);
    const { denial } = await runForm(async () =>
      this.apiKeys.revoke(caller, id, await revocationFromForm(form)),
    );
    if (denial) return Page.denied(await this.revokePage(caller, apiKey, form, denial), denial);
    if (textOf(form, 'then') === 'create')
      return new SeeOther(withQuery('/api-keys/create', { name: apiKey.name }));
    return new SeeOther(withQuery('/api-keys', { revoked: id }));
  }

  private async revokePage(
    caller: SessionPrincipal,
    apiKey: ApiKey,
    form: FormBody = {},
    denial: Denial | null = null,
  ) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(caller, apiKey.id)}
        back="/api-keys"
        form={form}
        denial={denial}
      />
    );
  }

  /**
   * Returns the name of the key that was just revoked, or `null` if there is none. The URL contains only the key's id,
   * so that nobody can make a link that shows a false name.
   */
  private async revokedName(caller: SessionPrincipal, id: string): Promise<string | null> {
    if (id === '') return null;
    const apiKey = await nullOnError(API_KEY_NOT_FOUND, this.apiKeys.get(caller, id));
    return apiKey?.status === 'revoked' ? apiKey.name : null;
  }

  private async keyPage(
    caller: SessionPrincipal,
    id: string,
    query: FormBody,
    typedName: string | null,
    denial: Denial | null,
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
        denial={denial}
      />
    );
  }
}
