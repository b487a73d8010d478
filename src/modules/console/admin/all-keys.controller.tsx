import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../common/pagination/index.js';
import { CurrentPrincipal, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { ListAllApiKeysQuery } from '../../admin/index.js';
import { API_KEY_NOT_FOUND, ApiKeysService, RevocationService, type ApiKey } from '../../api-keys/index.js';
import { UsersService } from '../../users/index.js';
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
    private readonly apiKeys: ApiKeysService,
    private readonly revocations: RevocationService,
    private readonly users: UsersService,
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
      const found = await this.apiKeys.list(
        {
          status: wanted.status ?? null,
          search: wanted.search ?? null,
          userId: wanted.userId ?? null,
          unusedForDays: wanted.unusedForDays ?? null,
        },
        SliceQuery.toRequest(wanted),
      );
      const owners = await this.users.getMany(found.items.map(({ userId }) => userId));
      keys = toListDto(found, (apiKey) => ({ apiKey, owner: owners.get(apiKey.userId)! }));
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
    return new Page(await this.revokePage(await this.apiKeys.find(id)));
  }

  @Post(':id/revoke')
  async revoke(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const apiKey = await this.apiKeys.find(id);
    const refusal = await refusalOf(async () => {
      await this.revocations.revokeAny(caller, id, await revocationOf(form));
    });
    if (!refusal) return new SeeOther(withQuery('/admin/api-keys', { revoked: id }));
    return Page.refused(await this.revokePage(apiKey, form, refusal), refusal);
  }

  private async revokePage(apiKey: ApiKey, form: FormBody = {}, refusal: Refusal | null = null) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.revocations.countActiveDescendants(apiKey)}
        back="/admin/api-keys"
        form={form}
        refusal={refusal}
      />
    );
  }

  /** The address holds the id of a revoked key only, so that nobody makes texts up. */
  private async revokedName(id: string): Promise<string | null> {
    if (id === '') return null;
    const apiKey = await orNull(API_KEY_NOT_FOUND, this.apiKeys.find(id));
    return apiKey?.status === 'revoked' ? apiKey.name : null;
  }
}
