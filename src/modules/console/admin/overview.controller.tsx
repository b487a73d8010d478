import { Get } from '@nestjs/common';
import { SessionOnly } from '../../../common/access/index.js';
import { StatsService } from '../../admin/index.js';
import { Page } from '../rendering/page.js';
import { Pages } from '../rendering/pages.decorator.js';
import { OverviewPage } from './overview.page.js';

@SessionOnly({ roles: ['admin'] })
@Pages('/admin')
export class OverviewController {
  constructor(private readonly stats: StatsService) {}

  @Get()
  async show(): Promise<Page> {
    return new Page(<OverviewPage stats={await this.stats.get()} />);
  }
}
