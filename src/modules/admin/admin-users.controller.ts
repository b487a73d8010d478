import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserIdParam, ApiProblems, type HttpResponse } from '../../common/http/index.js';
import { SliceQuery, toListDto } from '../../common/pagination/index.js';
import {
  CurrentPrincipal,
  CurrentSession,
  Roles,
  SessionOnly,
  type Principal,
  type SessionPrincipal,
} from '../../common/access/index.js';
import { VALIDATION_FAILED } from '../../common/errors/index.js';
import { PasswordResetService } from '../auth/index.js';
import {
  EMAIL_TAKEN,
  LAST_ADMIN,
  TEMPORARY_PASSWORD_HOURS,
  toUserDto,
  USER_NOT_FOUND,
  UserDto,
  UsersService,
} from '../users/index.js';
import { AdminUsersService } from './admin-users.service.js';
import {
  AdminUserDto,
  AdminUserListDto,
  CreatedUserDto,
  TemporaryPasswordDto,
  toAdminUserDto,
} from './dto/admin-user.dto.js';
import { CreateUserDto } from './dto/create-user.dto.js';
import { ListUsersQuery } from './dto/list-users.query.js';
import { UpdateUserDto } from './dto/update-user.dto.js';

@ApiTags('Admin')
@Roles('admin')
@Controller('admin/users')
export class AdminUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly adminUsers: AdminUsersService,
    private readonly passwordReset: PasswordResetService,
  ) {}

  @ApiOperation({
    summary: 'List users',
    description: 'Returns all users, newest first. To get the next page, send `nextCursor` as `cursor`.',
  })
  @ApiOkResponse({ type: AdminUserListDto })
  @ApiProblems(VALIDATION_FAILED)
  @Get()
  async list(@Query() query: ListUsersQuery): Promise<AdminUserListDto> {
    const slice = await this.adminUsers.list(ListUsersQuery.toFilter(query), SliceQuery.toRequest(query));
    return toListDto(slice, toAdminUserDto);
  }

  @ApiOperation({
    summary: 'Get a user',
    description: 'Returns a user and the number of their active API keys.',
  })
  @UserIdParam()
  @ApiOkResponse({ type: AdminUserDto })
  @ApiProblems(USER_NOT_FOUND)
  @Get(':id')
  async get(@Param('id') id: string): Promise<AdminUserDto> {
    return toAdminUserDto(await this.adminUsers.get(id));
  }

  @ApiOperation({
    summary: 'Create a user',
    description:
      'If you omit `password`, the response contains a temporary password. You can create an admin only while signed in, not with an API key.',
  })
  @ApiCreatedResponse({
    type: CreatedUserDto,
    headers: { Location: { description: 'The URL path of the new user.', schema: { type: 'string' } } },
  })
  @ApiProblems(VALIDATION_FAILED, EMAIL_TAKEN)
  @Post()
  async create(
    @CurrentPrincipal() caller: Principal,
    @Body() body: CreateUserDto,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<CreatedUserDto> {
    const { user, temporaryPassword } = await this.users.create(caller, CreateUserDto.toNewUser(body));
    response.header('Location', `/api/v1/admin/users/${user.id}`);
    return { ...toUserDto(user), ...(temporaryPassword !== null && { temporaryPassword }) };
  }

  @ApiOperation({
    summary: "Update a user's name, role or status",
    description:
      "Changes take effect on the user's next request, whether with an API key or in a session. You can make a user " +
      'an admin only while signed in, not with an API key.',
  })
  @UserIdParam()
  @ApiOkResponse({ type: UserDto })
  @ApiProblems(VALIDATION_FAILED, USER_NOT_FOUND, LAST_ADMIN)
  @Patch(':id')
  async update(
    @CurrentPrincipal() caller: Principal,
    @Param('id') id: string,
    @Body() body: UpdateUserDto,
  ): Promise<UserDto> {
    return toUserDto(await this.users.update(caller, id, body));
  }

  @ApiOperation({
    summary: "Reset a user's password",
    description:
      `Replaces the password with a temporary password, which expires after ${TEMPORARY_PASSWORD_HOURS} hours unless ` +
      "the user changes it. Ends all of the user's sessions. The user's API keys keep working.",
  })
  @UserIdParam()
  @ApiOkResponse({ type: TemporaryPasswordDto })
  @ApiProblems(USER_NOT_FOUND)
  @SessionOnly({ roles: ['admin'] })
  @HttpCode(200)
  @Post(':id/reset-password')
  async resetPassword(
    @CurrentSession() caller: SessionPrincipal,
    @Param('id') id: string,
  ): Promise<TemporaryPasswordDto> {
    return { temporaryPassword: await this.passwordReset.reset(caller, id) };
  }
}
