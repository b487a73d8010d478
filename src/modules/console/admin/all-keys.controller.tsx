import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../common/pagination/index.js';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { ApiKeyFilterDto, ListAllApiKeysQuery } from '../../admin/index.js';
import { AdminApiKeysService, API_KEY_NOT_FOUND, type ApiKey } from '../../api-keys/index.js';
import { revocationOf } from '../api-keys/revocation-form.js';
import { RevokePage } from '../api-keys/revoke.page.js';
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
import { AllKeysPage, type OwnedKeyList } from './all-keys.page.js';
import { filterTexts } from './key-filter.js';

const NO_KEYS: OwnedKeyList = { data: [], nextCursor: null };

/** Everybody's keys. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys')
export class AllKeysController {
  constructor(
    private readonly apiKeys: AdminApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Query() query: FormBody): Promise<Page> {
    const filter = filterTexts(query);
    const cursor = filledIn(query, 'cursor');
    let keys = NO_KEYS;
    const refusal = await refusalOf(async () => {
      const wanted = await validated(ListAllApiKeysQuery, {
        status: filledIn(query, 'status'),
        search: filledIn(query, 'search'),
        userId: filledIn(query, 'userId'),
        unusedForDays: filledIn(query, 'unusedForDays'),
        cursor,
      });
      const slice = SliceQuery.toRequest(wanted);
      const found = await this.apiKeys.list(ApiKeyFilterDto.toFilter(wanted), slice);
      keys = toListDto(found, (key) => key);
    });
    const content = (
      <AllKeysPage
        keys={keys}
        filter={filter}
        isFirstPage={cursor === undefined}
        now={this.clock.now()}
        revoked={await this.revokedName(textOf(query, 'revoked'))}
        revokedCount={/^\d{1,9}$/.test(textOf(query, 'count')) ? Number(textOf(query, 'count')) : null}
        refusal={refusal}
      />
    );
    return refusal ? Page.refused(content, refusal) : new Page(content);
  }

  @Get(':id/revoke')
  async confirm(@Param('id') id: string): Promise<Page> {
    return new Page(await this.revokePage(await this.apiKeys.get(id)));
  }

  @Post(':id/revoke')
  async revoke(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const apiKey = await this.apiKeys.get(id);
    const refusal = await refusalOf(async () => {
      await this.apiKeys.revoke(caller, id, await revocationOf(form));
    });
    if (!refusal) return new SeeOther(withQuery('/admin/api-keys', { revoked: id }));
    return Page.refused(await this.revokePage(apiKey, form, refusal), refusal);
  }

  private async revokePage(apiKey: ApiKey, form: FormBody = {}, refusal: Refusal | null = null) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(apiKey)}
        back="/admin/api-keys"
        form={form}
        refusal={refusal}
      />
    );
  }

  /** The address holds the id of a revoked key only, so that nobody makes texts up. */
  private async revokedName(id: string): Promise<string | null> {
    if (id === '') return null;
    const apiKey = await orNull(API_KEY_NOT_FOUND, this.apiKeys.get(id));
    return apiKey?.status === 'revoked' ? apiKey.name : null;
  }
}
