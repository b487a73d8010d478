import { ApiProperty } from '@nestjs/swagger';
import { KEY_ID_SCHEMA, NAME_SCHEMA, TIME_SCHEMA, UUID_SCHEMA } from '../../common/http/index.js';
import { ROLES, type Role } from '../../common/access/index.js';

class PingUserDto {
  @ApiProperty(UUID_SCHEMA)
  id!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  role!: Role;
}

class PingApiKeyDto {
  @ApiProperty(KEY_ID_SCHEMA)
  id!: string;

  @ApiProperty({ ...NAME_SCHEMA, example: 'Mobile App' })
  name!: string;
}

export class PingDto {
  @ApiProperty({ enum: ['pong'], example: 'pong' })
  message!: 'pong';

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The JSON body of your request.',
    example: { key: 'value' },
  })
  echo!: Record<string, unknown>;

  @ApiProperty({ type: PingUserDto })
  user!: PingUserDto;

  @ApiProperty({
    type: PingApiKeyDto,
    nullable: true,
    description: 'The API key used for this request. `null` if the request uses a session.',
  })
  apiKey!: PingApiKeyDto | null;

  @ApiProperty(TIME_SCHEMA)
  receivedAt!: string;
}
