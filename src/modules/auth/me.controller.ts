import { Body, Controller, Get, HttpCode, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AnyCaller,
  CurrentPrincipal,
  SessionOnly,
  type Principal,
  type SessionPrincipal,
} from '../../common/access/index.js';
import { ApiProblems } from '../../common/errors/api-problems.decorator.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { PageQuery, toPageAnswer, type IncomingCall, type OutgoingAnswer } from '../../common/http/index.js';
import { AppConfig } from '../../config/index.js';
import { KeyBudgetService, TOO_MANY_FAILED_ATTEMPTS } from '../rate-limit/index.js';
import { toUserDto, UserDto, UsersService } from '../users/index.js';
import { AccountService } from './account.service.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { MeDto } from './dto/me.dto.js';
import { SessionPageDto, toSessionDto } from './dto/session.dto.js';
import { UpdateMeDto } from './dto/update-me.dto.js';
import { sessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { visitorOf } from './visitor.js';

@ApiTags('The caller')
@SessionOnly()
@Controller('me')
export class MeController {
  constructor(
    private readonly account: AccountService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly keyBudget: KeyBudgetService,
    private readonly config: AppConfig,
  ) {}

  @ApiOperation({ summary: 'Who calls, how, and what is left of the budget' })
  @ApiOkResponse({ type: MeDto })
  @AnyCaller({ allowsTemporaryPassword: true })
  @Get()
  async show(@CurrentPrincipal() caller: Principal, @Req() call: IncomingCall): Promise<MeDto> {
    const user = toUserDto(await this.users.get(caller.userId));
    const rateLimit = call.rateLimit!;
    if (caller.method === 'api_key') {
      const apiKey = { ...caller.apiKey, scopes: null };
      return { user, authentication: { method: 'api_key', apiKey }, rateLimit };
    }
    const apiKeyRateLimit = await this.keyBudget.look(caller.userId, caller.role);
    return { user, authentication: { method: 'session', apiKey: null }, rateLimit, apiKeyRateLimit };
  }

  @ApiOperation({ summary: 'Change the own name' })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems(VALIDATION_FAILED)
  @Patch()
  async update(@CurrentPrincipal() caller: Principal, @Body() { name }: UpdateMeDto): Promise<UserDto> {
    return toUserDto(await this.users.update(caller, caller.userId, { name }));
  }

  @ApiOperation({
    summary: 'Change the own password',
    description: 'Ends all other sessions and begins a new one.',
  })
  @ApiNoContentResponse({
    description: 'Changed.',
    headers: { 'Set-Cookie': { description: 'The new session.', schema: { type: 'string' } } },
  })
  @ApiProblems(VALIDATION_FAILED, TOO_MANY_FAILED_ATTEMPTS)
  @SessionOnly({ allowsTemporaryPassword: true })
  @HttpCode(204)
  @Post('password')
  async changePassword(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Body() passwords: ChangePasswordDto,
    @Req() call: IncomingCall,
    @Res({ passthrough: true }) answer: OutgoingAnswer,
  ): Promise<void> {
    const { token } = await this.account.changePassword(caller, passwords, visitorOf(call, this.config));
    answer.header('Set-Cookie', sessionCookie(this.config, token));
  }

  @ApiOperation({ summary: 'List the own sessions, newest first' })
  @ApiOkResponse({ type: SessionPageDto })
  @ApiProblems(VALIDATION_FAILED)
  @Get('sessions')
  async listSessions(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Query() query: PageQuery,
  ): Promise<SessionPageDto> {
    const page = await this.sessions.list(caller, PageQuery.toRequest(query));
    return toPageAnswer(page, (session) => toSessionDto(session, caller.sessionId));
  }

  @ApiOperation({ summary: 'End every session but this one' })
  @ApiNoContentResponse({ description: 'Ended.' })
  @HttpCode(204)
  @Post('sessions/revoke-others')
  async revokeOtherSessions(@CurrentPrincipal() caller: SessionPrincipal): Promise<void> {
    await this.sessions.endOthers(caller);
  }
}
