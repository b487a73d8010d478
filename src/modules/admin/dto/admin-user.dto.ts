import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  DOCUMENTED_COUNT,
  DOCUMENTED_ENTRIES,
  DOCUMENTED_NEXT_CURSOR,
  DOCUMENTED_TIME,
} from '../../../common/http/index.js';
import { toUserDto, UserDto } from '../../users/index.js';
import type { UserWithKeyCount } from '../admin-users.service.js';

export class AdminUserDto extends UserDto {
  @ApiProperty({ ...DOCUMENTED_COUNT, description: "The number of the user's active API keys.", example: 3 })
  activeApiKeys!: number;

  @ApiProperty({
    ...DOCUMENTED_TIME,
    nullable: true,
    description: 'When the user was last active in a session. `null` if the user has never signed in.',
  })
  lastSeenAt!: string | null;
}

export class AdminUserListDto {
  @ApiProperty({ type: [AdminUserDto], ...DOCUMENTED_ENTRIES })
  data!: AdminUserDto[];

  @ApiProperty(DOCUMENTED_NEXT_CURSOR)
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
