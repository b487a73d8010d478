import { Get } from '@nestjs/common';
import { SessionOnly } from '../../../common/access/index.js';
import { StatsService } from '../../admin/index.js';
import { Page } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { OverviewPage } from './overview.page.js';

/** The page waits this long for new statistics. It then shows the previous ones. */
const WAIT_MS = 30;

@SessionOnly({ roles: ['admin'] })
@Pages('/admin')
export class OverviewController {
  constructor(private readonly stats: StatsService) {}

  @Get()
  async show(): Promise<Page> {
    const { stats, isCounting } = await this.stats.within(WAIT_MS);
    const content = <OverviewPage stats={stats} isCounting={isCounting} />;
    return isCounting ? Page.reloading(content) : new Page(content);
  }
}
