import { Get } from '@nestjs/common';
import { Public, ROLES } from '../../../common/access/index.js';
import { Settings } from '../../../settings/index.js';
import { requestPoliciesOf } from '../../rate-limit/index.js';
import { Page } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { HelpPage } from './help.page.js';

@Public()
@Pages('/help')
export class HelpController {
  constructor(private readonly settings: Settings) {}

  @Get()
  show(): Page {
    const { publicUrl, rateLimitWindowSeconds } = this.settings;
    const requests = requestPoliciesOf(this.settings);
    return new Page(
      <HelpPage
        publicUrl={publicUrl}
        windowSeconds={rateLimitWindowSeconds}
        limits={ROLES.map((role) => ({ role, limit: requests[role].limit }))}
      />,
    );
  }
}
