import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { Settings } from '../../../settings/index.js';
import { ApiKeysService, UpdateApiKeyDto, type ApiKey } from '../../api-keys/index.js';
import { usagePeriod, UsageService } from '../../usage/index.js';
import { textOf, type FormBody } from '../forms/form-body.js';
import { runForm, validateForm, type Denial } from '../forms/form-result.js';
import { safeNextPath } from '../forms/next-path.js';
import { Page, SeeOther, withQuery } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { requestedPeriod } from '../usage/requested-period.js';
import { ApiKeyPage } from './api-key.page.js';
import type { KeyValues } from './edit-key.js';
import { revocationFromForm } from './revocation-form.js';
import { RevokePage } from './revoke.page.js';

/** Shows, changes and revokes the user's own keys. */
@SessionOnly()
@Pages('/api-keys')
export class ApiKeyPagesController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get(':id')
  async show(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Query() query: FormBody,
  ): Promise<Page> {
    return new Page(await this.keyPage(caller, id, query, null, null));
  }

  @Post(':id')
  async update(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Body() form: FormBody,
  ): Promise<Page | SeeOther> {
    const values = { name: textOf(form, 'name'), description: textOf(form, 'description') };
    const { denial } = await runForm(async () =>
      this.apiKeys.update(
        caller,
        id,
        await validateForm(UpdateApiKeyDto, { ...values, description: form['description'] }),
      ),
    );
    if (!denial) return new SeeOther(`/api-keys/${id}`, { notice: { code: 'changesSaved' } });
    return Page.denied(await this.keyPage(caller, id, {}, values, denial), denial);
  }

  @Get(':id/revoke')
  async confirm(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Query() query: FormBody,
  ): Promise<Page> {
    return new Page(await this.revokePage(caller, await this.apiKeys.get(caller, id), query));
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
    return new SeeOther(this.next(form), { notice: { code: 'keyRevoked', params: { name: apiKey.name } } });
  }

  private async revokePage(
    caller: SessionPrincipal,
    apiKey: ApiKey,
    form: FormBody,
    denial: Denial | null = null,
  ) {
    return (
      <RevokePage
        apiKey={apiKey}
        activeDescendants={await this.apiKeys.countActiveDescendants(caller, apiKey.id)}
        list="/api-keys"
        next={this.next(form)}
        form={form}
        denial={denial}
      />
    );
  }

  private next(values: FormBody): string {
    return safeNextPath(textOf(values, 'next'), this.settings.publicUrl);
  }

  private async keyPage(
    caller: SessionPrincipal,
    id: string,
    query: FormBody,
    submitted: KeyValues | null,
    denial: Denial | null,
  ) {
    const apiKey = await this.apiKeys.get(caller, id);
    const period = requestedPeriod(query);
    const now = this.clock.now();
    const children = await this.apiKeys.children(caller, id);
    return (
      <ApiKeyPage
        apiKey={apiKey}
        parent={await this.apiKeys.parent(caller, apiKey)}
        createdKeys={children}
        createdCount={children.length === 0 ? 0 : await this.apiKeys.countChildren(caller, id)}
        activeDescendants={await this.apiKeys.countActiveDescendants(caller, id)}
        period={usagePeriod(period, now)}
        usage={await this.usage.ofPeriod(caller, id, period, now)}
        values={submitted ?? { name: apiKey.name, description: apiKey.description ?? '' }}
        denial={denial}
      />
    );
  }
}
