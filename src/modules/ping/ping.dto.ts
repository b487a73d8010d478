import { ApiProperty } from '@nestjs/swagger';
import {
  DOCUMENTED_KEY_ID,
  DOCUMENTED_NAME,
  DOCUMENTED_TIME,
  DOCUMENTED_UUID,
} from '../../common/http/index.js';
import { ROLES, type Role } from '../../common/access/index.js';

class PingUserDto {
  @ApiProperty(DOCUMENTED_UUID)
  id!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'standard' })
  role!: Role;
}

class PingApiKeyDto {
  @ApiProperty(DOCUMENTED_KEY_ID)
  id!: string;

  @ApiProperty({ ...DOCUMENTED_NAME, example: 'Mobile App' })
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

  @ApiProperty(DOCUMENTED_TIME)
  receivedAt!: string;
}
