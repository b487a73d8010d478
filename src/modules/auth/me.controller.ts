import { Body, Controller, Get, HttpCode, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AnyCaller,
  CurrentPrincipal,
  type GuardedRequest,
  type Principal,
  SessionOnly,
  type SessionPrincipal,
} from '../../common/access/index.js';
import { ApiProblems, type HttpResponse } from '../../common/http/index.js';
import { SliceQuery, toListDto } from '../../common/pagination/index.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { Settings } from '../../settings/index.js';
import { KeyBudgetService, TOO_MANY_FAILED_ATTEMPTS } from '../rate-limit/index.js';
import { toUserDto, UserDto, UsersService } from '../users/index.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { MeDto } from './dto/me.dto.js';
import { SessionListDto, toSessionDto } from './dto/session.dto.js';
import { UpdateMeDto } from './dto/update-me.dto.js';
import { sessionCookie } from './sessions/session-cookie.js';
import { SessionsService } from './sessions/sessions.service.js';
import { clientInfoOf } from './sign-in/client-info.js';

@ApiTags('Account')
@SessionOnly()
@Controller('me')
export class MeController {
  constructor(
    private readonly account: SignInService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly keyBudget: KeyBudgetService,
    private readonly settings: Settings,
  ) {}

  @ApiOperation({
    operationId: 'getCurrentUser',
    summary: 'Get the current user',
    description: 'Who you are, how you authenticated, and what is left of your rate limit.',
  })
  @ApiOkResponse({ type: MeDto })
  @AnyCaller({ allowsTemporaryPassword: true })
  @Get()
  async show(@CurrentPrincipal() caller: Principal, @Req() request: GuardedRequest): Promise<MeDto> {
    const user = toUserDto(await this.users.get(caller.userId));
    const rateLimit = request.rateLimit!;
    if (caller.method === 'api_key') {
      const apiKey = { ...caller.apiKey, scopes: null };
      return { user, authentication: { method: 'api_key', apiKey }, rateLimit };
    }
    const apiKeyRateLimit = await this.keyBudget.look(caller.userId, caller.role);
    return { user, authentication: { method: 'session', apiKey: null }, rateLimit, apiKeyRateLimit };
  }

  @ApiOperation({
    operationId: 'updateCurrentUser',
    summary: 'Update your name',
    description: 'Admins see this name too.',
  })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems(VALIDATION_FAILED)
  @Patch()
  async update(@CurrentPrincipal() caller: Principal, @Body() { name }: UpdateMeDto): Promise<UserDto> {
    return toUserDto(await this.users.update(caller, caller.userId, { name }));
  }

  @ApiOperation({
    summary: 'Change your password',
    description: 'Ends all of your sessions and starts a new one.',
  })
  @ApiNoContentResponse({
    description: 'Changed.',
    headers: { 'Set-Cookie': { description: 'The cookie of the new session.', schema: { type: 'string' } } },
  })
  @ApiProblems(VALIDATION_FAILED, TOO_MANY_FAILED_ATTEMPTS)
  @SessionOnly({ allowsTemporaryPassword: true })
  @HttpCode(204)
  @Post('password')
  async changePassword(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Body() passwords: ChangePasswordDto,
    @Req() request: GuardedRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<void> {
    const { token } = await this.account.changePassword(
      caller,
      passwords,
      clientInfoOf(request, this.settings),
    );
    response.header('Set-Cookie', sessionCookie(this.settings, token));
  }

  @ApiOperation({
    summary: 'List your sessions',
    description: 'Newest first: one for each browser where you are signed in.',
  })
  @ApiOkResponse({ type: SessionListDto })
  @ApiProblems(VALIDATION_FAILED)
  @Get('sessions')
  async listSessions(
    @CurrentPrincipal() caller: SessionPrincipal,
    @Query() query: SliceQuery,
  ): Promise<SessionListDto> {
    const page = await this.sessions.list(caller, SliceQuery.toRequest(query));
    return toListDto(page, (session) => toSessionDto(session, caller.sessionId));
  }

  @ApiOperation({
    summary: 'End your other sessions',
    description: 'Signs you out everywhere else. This session continues.',
  })
  @ApiNoContentResponse({ description: 'Ended.' })
  @HttpCode(204)
  @Post('sessions/revoke-others')
  async revokeOtherSessions(@CurrentPrincipal() caller: SessionPrincipal): Promise<void> {
    await this.sessions.endOthers(caller);
  }
}
