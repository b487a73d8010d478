import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../common/access/index.js';

class PingUserDto {
  @ApiProperty({ example: '4f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11' })
  id!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  role!: Role;
}

class PingApiKeyDto {
  @ApiProperty({ example: '0123456789AB' })
  id!: string;

  @ApiProperty({ example: 'Mobile App' })
  name!: string;
}

export class PingDto {
  @ApiProperty({ enum: ['pong'], example: 'pong' })
  message!: 'pong';

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The body of the call.',
    example: { key: 'value' },
  })
  echo!: Record<string, unknown>;

  @ApiProperty({ type: PingUserDto })
  user!: PingUserDto;

  @ApiProperty({ type: PingApiKeyDto, nullable: true, description: '`null` for a session.' })
  apiKey!: PingApiKeyDto | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T09:30:00.000Z' })
  receivedAt!: string;
}
