import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { Authenticated, CurrentPrincipal, type Principal } from '../../common/access/index.js';
import { Clock } from '../../common/clock.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { PingDto } from './ping.dto.js';

@ApiTags('Ping')
@Authenticated()
@Controller('ping')
export class PingController {
  constructor(private readonly clock: Clock) {}

  @ApiOperation({
    summary: 'Test an API key',
    description:
      'Returns the JSON body of your request, your user ID and role, and the API key that you used.',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true, example: { key: 'value' } } })
  @ApiOkResponse({ type: PingDto })
  @ApiProblems(VALIDATION_FAILED)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @HttpCode(200)
  @Post()
  ping(
    @CurrentPrincipal() caller: Principal,
    // This parameter only makes Nest check that the body is an object. The response repeats the original text instead,
    // because parsing can change numbers.
    @Body() _body: Record<string, unknown>,
    @Req() { bodyText }: { bodyText: string },
  ): string {
    const rest: Omit<PingDto, 'message' | 'echo'> = {
      user: { id: caller.userId, role: caller.role },
      apiKey: caller.method === 'api_key' ? caller.apiKey : null,
      receivedAt: this.clock.now().toISOString(),
    };
    return `{"message":"pong","echo":${bodyText || '{}'},${JSON.stringify(rest).slice(1)}`;
  }
}
