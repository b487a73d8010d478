import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { COUNT_SCHEMA, LIST_SCHEMA, NEXT_CURSOR_SCHEMA, TIME_SCHEMA } from '../../../common/http/index.js';
import { toUserDto, UserDto } from '../../users/index.js';
import type { UserWithKeyCount } from '../admin-users.service.js';

export class AdminUserDto extends UserDto {
  @ApiProperty({ ...COUNT_SCHEMA, description: "The number of the user's active API keys.", example: 3 })
  activeApiKeys!: number;

  @ApiProperty({
    ...TIME_SCHEMA,
    nullable: true,
    description: 'When the user was last active in a session. `null` if the user has never signed in.',
  })
  lastSeenAt!: string | null;
}

export class AdminUserListDto {
  @ApiProperty({ type: [AdminUserDto], ...LIST_SCHEMA })
  data!: AdminUserDto[];

  @ApiProperty(NEXT_CURSOR_SCHEMA)
  nextCursor!: string | null;
}

export class CreatedUserDto extends UserDto {
  @ApiPropertyOptional({
    description:
      'The temporary password. Present only if the request did not contain a `password`. Shown only once.',
    example: 'q3Vx0w1JmZ8bT5nYcR2k',
  })
  temporaryPassword?: string;
}

export class TemporaryPasswordDto {
  @ApiProperty({ description: 'The temporary password. Shown only once.', example: 'q3Vx0w1JmZ8bT5nYcR2k' })
  temporaryPassword!: string;
}

export const toAdminUserDto = ({ user, activeApiKeys }: UserWithKeyCount): AdminUserDto => ({
  ...toUserDto(user),
  activeApiKeys,
  lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
});
