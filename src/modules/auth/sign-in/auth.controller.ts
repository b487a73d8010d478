import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems, type HttpRequest, type HttpResponse } from '../../../common/http/index.js';
import { Public } from '../../../common/access/index.js';
import { CROSS_SITE_REQUEST, VALIDATION_FAILED } from '../../../common/errors/index.js';
import { Settings } from '../../../settings/index.js';
import { TOO_MANY_FAILED_ATTEMPTS } from '../../rate-limit/index.js';
import { ACCOUNT_SUSPENDED, EMAIL_TAKEN, toUserDto, UserDto } from '../../users/index.js';
import { SignInService } from './sign-in.service.js';
import { REGISTRATION_CLOSED, SIGN_IN_FAILED } from '../auth.errors.js';
import { SignInDto } from './dto/sign-in.dto.js';
import { SignUpDto } from './dto/sign-up.dto.js';
import { OpenRegistrationGuard } from './open-registration.guard.js';
import { sessionCookie } from '../sessions/session-cookie.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { clientInfoOf } from './client-info.js';

const setsCookie = {
  'Set-Cookie': { description: 'The session cookie, valid for up to 30 days.', schema: { type: 'string' } },
};

@ApiTags('Authentication')
@Public({ policy: 'sign-in' })
@Controller('auth')
export class AuthController {
  constructor(
    private readonly accounts: SignInService,
    private readonly sessions: SessionsService,
    private readonly settings: Settings,
  ) {}

  @ApiOperation({
    summary: 'Create an account',
    description:
      'Available only if the server is configured with `REGISTRATION=open`. New users get the `standard` role.',
  })
  @ApiCreatedResponse({ type: UserDto })
  @ApiProblems(VALIDATION_FAILED, REGISTRATION_CLOSED, CROSS_SITE_REQUEST, EMAIL_TAKEN)
  @UseGuards(OpenRegistrationGuard)
  @Public({ policy: 'sign-up' })
  @Post('sign-up')
  async signUp(@Body() { email, password, name }: SignUpDto, @Req() request: HttpRequest): Promise<UserDto> {
    return toUserDto(
      await this.accounts.register({ email, password, name }, clientInfoOf(request, this.settings)),
    );
  }

  @ApiOperation({
    summary: 'Sign in',
    description:
      'Starts a session and sets the session cookie. If the request contains the cookie of an earlier session, the earlier session ends.',
  })
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
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<UserDto> {
    const { user, token } = await this.accounts.signIn(email, password, clientInfoOf(request, this.settings));
    response.header('Set-Cookie', sessionCookie(this.settings, token));
    return toUserDto(user);
  }

  @ApiOperation({
    summary: 'Sign out',
    description:
      'Ends the session and clears the session cookie. Succeeds even if the session has already ended.',
  })
  @ApiNoContentResponse({ description: 'Signed out.' })
  @ApiProblems(CROSS_SITE_REQUEST)
  @HttpCode(204)
  @Post('sign-out')
  async signOut(
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<void> {
    const { presentedToken } = clientInfoOf(request, this.settings);
    // The cookie is cleared first, so that this happens even if the database is unavailable.
    response.header('Set-Cookie', sessionCookie(this.settings, null));
    if (presentedToken !== null) await this.sessions.end(presentedToken);
  }
}
