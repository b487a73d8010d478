import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toUserDto, UserDto, type User } from '../../users/index.js';

export class AdminUserDto extends UserDto {
  @ApiProperty({ type: 'integer', example: 3 })
  activeApiKeys!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-01-05T09:30:00.000Z' })
  lastSeenAt!: string | null;
}

export class AdminUserListDto {
  @ApiProperty({ type: [AdminUserDto] })
  data!: AdminUserDto[];

  @ApiProperty({ type: String, nullable: true, description: '`null` on the last page.', example: null })
  nextCursor!: string | null;
}

export class CreatedUserDto extends UserDto {
  @ApiPropertyOptional({
    description: 'Only without a password in the request, and only now.',
    example: 'q3Vx0w1JmZ8bT5nYcR2k',
  })
  temporaryPassword?: string;
}

export class TemporaryPasswordDto {
  @ApiProperty({ description: 'Shown only now.', example: 'q3Vx0w1JmZ8bT5nYcR2k' })
  temporaryPassword!: string;
}

export const toAdminUserDto = (user: User, activeApiKeys: number): AdminUserDto => ({
  ...toUserDto(user),
  activeApiKeys,
  lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
});
