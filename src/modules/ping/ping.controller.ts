import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AnyCaller, CurrentPrincipal, type Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { ApiProblems } from '../../common/errors/api-problems.decorator.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { PingDto } from './ping.dto.js';

@ApiTags('Ping')
@AnyCaller()
@Controller('ping')
export class PingController {
  constructor(private readonly clock: Clock) {}

  @ApiOperation({ summary: 'Test a key or a webhook connection', description: 'Sends the body back.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true, example: { key: 'value' } } })
  @ApiOkResponse({ type: PingDto })
  @ApiProblems(VALIDATION_FAILED)
  @HttpCode(200)
  @Post()
  ping(@CurrentPrincipal() caller: Principal, @Body() body: Record<string, unknown>): PingDto {
    return {
      message: 'pong',
      echo: body,
      user: { id: caller.userId, role: caller.role },
      apiKey: caller.method === 'api_key' ? caller.apiKey : null,
      receivedAt: this.clock.now().toISOString(),
    };
  }
}
