import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../../common/pagination/index.js';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { Clock } from '../../../../common/clock.js';
import { ApiKeyFilterDto, ListAllApiKeysQuery } from '../../../admin/index.js';
import { AdminApiKeysService, API_KEY_NOT_FOUND, type ApiKey } from '../../../api-keys/index.js';
import { revocationFromForm } from '../../api-keys/revocation-form.js';
import { RevokePage } from '../../api-keys/revoke.page.js';
import { optionalTextOf, textOf, type FormBody } from '../../forms/form-body.js';
import { nullOnError, runForm, validateForm, type Denial } from '../../forms/form-result.js';
import { Page, SeeOther, withQuery } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { AllKeysPage, type OwnedKeyList } from './all-keys.page.js';
import { keyFilterValues } from './key-filter-values.js';

const NO_KEYS: OwnedKeyList = { data: [], nextCursor: null };

/** Shows and revokes the keys of all users. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys')
export class AllKeysController {
  constructor(
    private readonly apiKeys: AdminApiKeysService,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Query() query: FormBody): Promise<Page> {
    const filter = keyFilterValues(query);
    const cursor = optionalTextOf(query, 'cursor');
    const { value, denial } = await runForm(async () => {
      const input = await validateForm(ListAllApiKeysQuery, {
        status: optionalTextOf(query, 'status'),
        search: optionalTextOf(query, 'search'),
        userId: optionalTextOf(query, 'userId'),
        unusedForDays: optionalTextOf(query, 'unusedForDays'),
        cursor,
      });
      const slice = SliceQuery.toRequest(input);
      const found = await this.apiKeys.list(ApiKeyFilterDto.toFilter(input), slice);
      return toListDto(found, (key) => key);
    });
    const content = (
      <AllKeysPage
        keys={value ?? NO_KEYS}
        filter={filter}
        isFirstPage={cursor === undefined}
        now={this.clock.now()}
        revoked={await this.revokedName(textOf(query, 'revoked'))}
        revokedCount={/^\d{1,9}$/.test(textOf(query, 'count')) ? Number(textOf(query, 'count')) : null}
        denial={denial}
      />
    );
    return Page.of(content, denial);
  }

  @Get(':id/revoke')
  async confirm(@Param('id') id: string): Promise<Page> {
    return new Page(await this.revokePage(await this.apiKeys.get(id)));
  }

  @Post(':id/revoke')
  async revoke(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const apiKey = await this.apiKeys.get(id);
    const { denial } = await runForm(async () =>
      this.apiKeys.revoke(caller, id, await revocationFromForm(form)),
    );
    if (!denial) return new SeeOther(withQuery('/admin/api-keys', { revoked: id }));
    return Page.denied(await this.revokePage(apiKey, form, denial), denial);
  }

  private async revokePage(apiKey: ApiKey, form: FormBody = {}, denial: Denial | null = null) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(apiKey)}
        back="/admin/api-keys"
        form={form}
        denial={denial}
      />
    );
  }

  /**
   * Returns the name of the key that was just revoked, or `null` if there is none. The URL contains only the key's id,
   * so that nobody can make a link that shows a false name.
   */
  private async revokedName(id: string): Promise<string | null> {
    if (id === '') return null;
    const apiKey = await nullOnError(API_KEY_NOT_FOUND, this.apiKeys.get(id));
    return apiKey?.status === 'revoked' ? apiKey.name : null;
  }
}
