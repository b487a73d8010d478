import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Authenticated,
  CurrentPrincipal,
  CurrentRateLimit,
  CurrentSession,
  type Principal,
  type RateLimitState,
  SessionOnly,
  type SessionPrincipal,
} from '../../common/access/index.js';
import { ApiProblems, type HttpRequest, type HttpResponse } from '../../common/http/index.js';
import { SliceQuery, toListDto } from '../../common/pagination/index.js';
import { NOT_FOUND, VALIDATION_FAILED } from '../../common/errors/index.js';
import { Settings } from '../../settings/index.js';
import { KeyRightsCache } from '../api-keys/index.js';
import { RemainingRequestsService, TOO_MANY_FAILED_ATTEMPTS } from '../rate-limit/index.js';
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
@Controller('me')
export class MeController {
  constructor(
    private readonly account: SignInService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly keyRights: KeyRightsCache,
    private readonly remainingRequests: RemainingRequestsService,
    private readonly settings: Settings,
  ) {}

  @ApiOperation({
    operationId: 'getCurrentUser',
    summary: 'Get the current user',
    description: 'Returns your user account, how you authenticated, and how many requests you have left.',
  })
  @ApiOkResponse({ type: MeDto })
  @Authenticated({ allowsTemporaryPassword: true })
  @Get()
  async show(
    @CurrentPrincipal() caller: Principal,
    @CurrentRateLimit() rateLimit: RateLimitState,
  ): Promise<MeDto> {
    if (caller.method === 'api_key') {
      // Authentication has already read the key's owner, so this needs no query.
      const user = toUserDto(await this.keyRights.ownerOf(caller.apiKey.id));
      const apiKey = { ...caller.apiKey, scopes: null };
      return { user, authentication: { method: 'api_key', apiKey }, rateLimit };
    }
    const user = toUserDto(await this.users.get(caller.userId));
    const apiKeyRateLimit = await this.remainingRequests.look(caller.userId, caller.role);
    return { user, authentication: { method: 'session', apiKey: null }, rateLimit, apiKeyRateLimit };
  }

  @ApiOperation({
    operationId: 'updateCurrentUser',
    summary: 'Update your name',
    description: 'Changes your name, which is visible to admins.',
  })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems(VALIDATION_FAILED)
  @SessionOnly()
  @Patch()
  async update(@CurrentSession() caller: SessionPrincipal, @Body() { name }: UpdateMeDto): Promise<UserDto> {
    return toUserDto(await this.users.update(caller, caller.userId, { name }));
  }

  @ApiOperation({
    summary: 'Change your password',
    description: 'Ends all your sessions, including this one, and starts a new session.',
  })
  @ApiNoContentResponse({
    description: 'Password changed.',
    headers: { 'Set-Cookie': { description: 'The new session cookie.', schema: { type: 'string' } } },
  })
  @ApiProblems(VALIDATION_FAILED, TOO_MANY_FAILED_ATTEMPTS)
  @SessionOnly({ allowsTemporaryPassword: true })
  @HttpCode(204)
  @Post('password')
  async changePassword(
    @CurrentSession() caller: SessionPrincipal,
    @Body() passwords: ChangePasswordDto,
    @Req() request: HttpRequest,
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
    description:
      'Returns your active sessions, newest first. Each browser where you are signed in has its own session.',
  })
  @ApiOkResponse({ type: SessionListDto })
  @ApiProblems(VALIDATION_FAILED)
  @SessionOnly()
  @Get('sessions')
  async listSessions(
    @CurrentSession() caller: SessionPrincipal,
    @Query() query: SliceQuery,
  ): Promise<SessionListDto> {
    const page = await this.sessions.list(caller, SliceQuery.toRequest(query));
    return toListDto(page, (session) => toSessionDto(session, caller.sessionId));
  }

  @ApiOperation({
    summary: 'End your other sessions',
    description: 'Signs you out everywhere else. This session stays active.',
  })
  @ApiNoContentResponse({ description: 'The other sessions were ended.' })
  @SessionOnly()
  @HttpCode(204)
  @Post('sessions/revoke-others')
  async revokeOtherSessions(@CurrentSession() caller: SessionPrincipal): Promise<void> {
    await this.sessions.endOthers(caller);
  }

  @ApiOperation({
    operationId: 'endSession',
    summary: 'End one of your sessions',
    description:
      'Signs you out where you use this session. If it is the current session, its cookie is cleared.',
  })
  @ApiParam({ name: 'id', description: 'The ID of the session.', schema: { type: 'string', format: 'uuid' } })
  @ApiNoContentResponse({ description: 'The session was ended.' })
  @ApiProblems(NOT_FOUND)
  @SessionOnly()
  @HttpCode(204)
  @Delete('sessions/:id')
  async endSession(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<void> {
    await this.sessions.endOne(caller, id);
    if (id === caller.sessionId) response.header('Set-Cookie', sessionCookie(this.settings, null));
  }
}
