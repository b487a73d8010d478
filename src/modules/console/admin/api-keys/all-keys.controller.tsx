import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { SliceQuery, toListDto } from '../../../../common/pagination/index.js';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { Settings } from '../../../../settings/index.js';
import { ApiKeyFilterDto, ListAllApiKeysQuery } from '../../../admin/index.js';
import { AdminApiKeysService, type ApiKey } from '../../../api-keys/index.js';
import { revocationFromForm } from '../../api-keys/revocation-form.js';
import { RevokePage } from '../../api-keys/revoke.page.js';
import { optionalTextOf, textOf, type FormBody } from '../../forms/form-body.js';
import { runForm, validateForm, type Denial } from '../../forms/form-result.js';
import { safeNextPath } from '../../forms/next-path.js';
import { Paging } from '../../forms/paging.js';
import { Page, SeeOther } from '../../rendering/page.js';
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
    private readonly settings: Settings,
  ) {}

  @Get()
  async list(@Query() query: FormBody): Promise<Page> {
    const filter = keyFilterValues(query);
    const paging = Paging.of(query);
    const { value, denial } = await runForm(async () => {
      const input = await validateForm(ListAllApiKeysQuery, {
        status: optionalTextOf(query, 'status'),
        search: optionalTextOf(query, 'search'),
        userId: optionalTextOf(query, 'userId'),
        unusedForDays: optionalTextOf(query, 'unusedForDays'),
        cursor: paging.cursor,
        limit: paging.limit,
      });
      const slice = SliceQuery.toRequest(input);
      const found = await this.apiKeys.list(ApiKeyFilterDto.toFilter(input), slice);
      return toListDto(found, (key) => key);
    });
    const content = <AllKeysPage keys={value ?? NO_KEYS} filter={filter} paging={paging} denial={denial} />;
    return Page.of(content, denial);
  }

  @Get(':id/revoke')
  async confirm(@Param('id') id: string, @Query() query: FormBody): Promise<Page> {
    return new Page(await this.revokePage(await this.apiKeys.get(id), query));
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
    const notice = { code: 'keyRevoked', params: { name: apiKey.name } } as const;
    if (!denial) return new SeeOther(this.next(form), { notice });
    return Page.denied(await this.revokePage(apiKey, form, denial), denial);
  }

  private async revokePage(apiKey: ApiKey, form: FormBody, denial: Denial | null = null) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(apiKey)}
        list="/admin/api-keys"
        next={this.next(form)}
        form={form}
        denial={denial}
      />
    );
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl, '/admin/api-keys');
  }
}
