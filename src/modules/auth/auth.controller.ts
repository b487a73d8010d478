import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../../common/access/index.js';
import { ApiProblems } from '../../common/errors/api-problems.decorator.js';
import { CROSS_SITE_REQUEST, VALIDATION_FAILED } from '../../common/errors/index.js';
import type { IncomingCall, OutgoingAnswer } from '../../common/http/index.js';
import { AppConfig } from '../../config/index.js';
import { TOO_MANY_FAILED_ATTEMPTS } from '../rate-limit/index.js';
import { ACCOUNT_SUSPENDED, EMAIL_TAKEN, toUserDto, UserDto, UsersService } from '../users/index.js';
import { AccountService } from './account.service.js';
import { REGISTRATION_CLOSED, SIGN_IN_FAILED } from './auth.errors.js';
import { SignInDto } from './dto/sign-in.dto.js';
import { SignUpDto } from './dto/sign-up.dto.js';
import { OpenRegistrationGuard } from './open-registration.guard.js';
import { sessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { visitorOf } from './visitor.js';

const setsCookie = { 'Set-Cookie': { description: 'The session, for 30 days.', schema: { type: 'string' } } };

@ApiTags('Sign-in')
@Public({ policy: 'sign-in' })
@Controller('auth')
export class AuthController {
  constructor(
    private readonly account: AccountService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly config: AppConfig,
  ) {}

  @ApiOperation({
    summary: 'Create an account',
    description: 'Only where REGISTRATION is open. Always standard.',
  })
  @ApiCreatedResponse({ type: UserDto })
  @ApiProblems(VALIDATION_FAILED, REGISTRATION_CLOSED, CROSS_SITE_REQUEST, EMAIL_TAKEN)
  @UseGuards(OpenRegistrationGuard)
  @Public({ policy: 'sign-up' })
  @Post('sign-up')
  async signUp(@Body() { email, password, name }: SignUpDto, @Req() call: IncomingCall): Promise<UserDto> {
    return toUserDto(await this.users.signUp({ email, password, name }, visitorOf(call, this.config)));
  }

  @ApiOperation({ summary: 'Sign in', description: 'Begins a session and ends the one presented.' })
  @ApiOkResponse({ type: UserDto, headers: setsCookie })
  @ApiProblems(
    VALIDATION_FAILED,
    SIGN_IN_FAILED,
    ACCOUNT_SUSPENDED,
    CROSS_SITE_REQUEST,
    TOO_MANY_FAILED_ATTEMPTS,
  )
  @HttpCode(200)
  @Post('sign-in')
  async signIn(
    @Body() { email, password }: SignInDto,
    @Req() call: IncomingCall,
    @Res({ passthrough: true }) answer: OutgoingAnswer,
  ): Promise<UserDto> {
    const { user, token } = await this.account.signIn(email, password, visitorOf(call, this.config));
    answer.header('Set-Cookie', sessionCookie(this.config, token));
    return toUserDto(user);
  }

  @ApiOperation({
    summary: 'Sign out',
    description: 'Clears the cookie, also when the session was already gone.',
  })
  @ApiNoContentResponse({ description: 'Signed out.' })
  @ApiProblems(CROSS_SITE_REQUEST)
  @HttpCode(204)
  @Post('sign-out')
  async signOut(
    @Req() call: IncomingCall,
    @Res({ passthrough: true }) answer: OutgoingAnswer,
  ): Promise<void> {
    const { presentedToken } = visitorOf(call, this.config);
    // Also when the database is away: the cookie must not stay.
    answer.header('Set-Cookie', sessionCookie(this.config, null));
    if (presentedToken !== null) await this.sessions.end(presentedToken);
  }
}
