import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyIdParam, ApiProblems } from '../../common/http/index.js';
import { Authenticated, CurrentPrincipal, type Principal } from '../../common/access/index.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { API_KEY_NOT_FOUND } from '../api-keys/index.js';
import { toUsageDto, UsageDto } from './dto/usage.dto.js';
import { UsageQuery } from './dto/usage.query.js';
import { UsageService } from './usage.service.js';

@ApiTags('API keys')
@Authenticated()
@Controller('api-keys/:id/usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @ApiOperation({
    operationId: 'getApiKeyUsage',
    summary: "Get an API key's usage",
    description: 'Returns how many requests were made with one of your own keys, per hour or per day in UTC.',
  })
  @ApiKeyIdParam()
  @ApiOkResponse({ type: UsageDto })
  @ApiProblems(VALIDATION_FAILED, API_KEY_NOT_FOUND)
  @Get()
  async show(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Query() query: UsageQuery,
  ): Promise<UsageDto> {
    return toUsageDto(await this.usage.show(caller, id, UsageQuery.toRange(query)));
  }
}
