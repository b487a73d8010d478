import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentSession, SessionOnly, type SessionPrincipal } from '../../../../common/access/index.js';
import { Clock } from '../../../../common/clock.js';
import { Settings } from '../../../../settings/index.js';
import { AdminApiKeysService, type ApiKey } from '../../../api-keys/index.js';
import { usagePeriod, UsageService } from '../../../usage/index.js';
import { revocationFromForm } from '../../api-keys/revocation-form.js';
import { RevokePage } from '../../api-keys/revoke.page.js';
import { textOf, type FormBody } from '../../forms/form-body.js';
import { runForm, type Denial } from '../../forms/form-result.js';
import { safeNextPath } from '../../forms/next-path.js';
import { Page, SeeOther } from '../../rendering/page.js';
import { Pages } from '../../rendering/pages.decorator.js';
import { requestedPeriod } from '../../usage/requested-period.js';
import { AdminKeyPage } from './admin-key.page.js';

/** Shows and revokes a key of any user. */
@SessionOnly({ roles: ['admin'] })
@Pages('/admin/api-keys')
export class AdminKeyPagesController {
  constructor(
    private readonly apiKeys: AdminApiKeysService,
    private readonly usage: UsageService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get(':id')
  async show(@Param('id') id: string, @Query() query: FormBody): Promise<Page> {
    const { apiKey, owner } = await this.apiKeys.getWithOwner(id);
    const period = requestedPeriod(query);
    const now = this.clock.now();
    const children = await this.apiKeys.children(apiKey);
    return new Page(
      <AdminKeyPage
        apiKey={apiKey}
        owner={owner}
        parent={await this.apiKeys.parent(apiKey)}
        createdKeys={children}
        createdCount={children.length === 0 ? 0 : await this.apiKeys.countChildren(apiKey)}
        activeDescendants={await this.apiKeys.countActiveDescendants(apiKey)}
        period={usagePeriod(period, now)}
        usage={await this.usage.ofSubjectInPeriod({ apiKeyId: apiKey.id }, period, now)}
      />,
    );
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
