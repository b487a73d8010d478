import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/access/index.js';
import { StatsDto, toStatsDto } from './dto/stats.dto.js';
import { StatsService } from './stats.service.js';

@ApiTags('Admin')
@Roles('admin')
@Controller('admin/stats')
export class AdminStatsController {
  constructor(private readonly stats: StatsService) {}

  @ApiOperation({
    operationId: 'adminGetStats',
    summary: 'Get statistics',
    description:
      'Returns counts of users and API keys, and of requests in the last 24 hours. The counts are at most 10 seconds old.',
  })
  @ApiOkResponse({ type: StatsDto })
  @Get()
  async show(): Promise<StatsDto> {
    return toStatsDto(await this.stats.get());
  }
}
