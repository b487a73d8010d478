import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { Public } from '../../common/access/index.js';
import { UNAVAILABLE } from '../../common/errors/index.js';
import { HealthDto } from './health.dto.js';
import { ReadinessService } from './readiness.service.js';

@ApiTags('Health')
@Public({ isCounted: false })
@Controller({ path: 'health', version: VERSION_NEUTRAL })
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  @ApiOperation({
    operationId: 'checkLiveness',
    summary: 'Check liveness',
    description: 'Succeeds while the process is running.',
  })
  @ApiOkResponse({ type: HealthDto })
  @Get('live')
  live(): HealthDto {
    return { status: 'ok', checks: {} };
  }

  @ApiOperation({
    operationId: 'checkReadiness',
    summary: 'Check readiness',
    description:
      'Succeeds while this instance can serve requests. If the status is `degraded`, `checks` describes the problem.',
  })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems(UNAVAILABLE)
  @Get('ready')
  ready(): HealthDto {
    return this.readiness.check();
  }
}
