import { Get } from '@nestjs/common';
import { SessionOnly } from '../../../common/access/index.js';
import { StatsService } from '../../admin/index.js';
import { Page } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { OverviewPage } from './overview.page.js';

/** The page waits this long for new statistics. It then shows the previous ones. */
const WAIT_MS = 30;
/** Makes the browser load the page again after two seconds. Unlike a script, this header works in every browser. */
const RELOAD_SOON = { Refresh: '2' };

@SessionOnly({ roles: ['admin'] })
@Pages('/admin')
export class OverviewController {
  constructor(private readonly stats: StatsService) {}

  @Get()
  async show(): Promise<Page> {
    const { stats, isCounting } = await this.stats.within(WAIT_MS);
    const content = <OverviewPage stats={stats} isCounting={isCounting} />;
    return new Page(content, 200, isCounting ? RELOAD_SOON : {});
  }
}
