import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DOCUMENTED_COUNT, DOCUMENTED_KEY_ID, DOCUMENTED_NAME } from '../../../common/http/index.js';
import type { Principal } from '../../../common/access/index.js';
import { UserDto } from '../../users/index.js';

class PresentedApiKeyDto {
  @ApiProperty(DOCUMENTED_KEY_ID)
  id!: string;

  @ApiProperty({ ...DOCUMENTED_NAME, example: 'Mobile App' })
  name!: string;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Always `null`: all permissions of the owner.',
    example: null,
  })
  scopes!: string[] | null;
}

class AuthenticationDto {
  @ApiProperty({ enum: ['session', 'api_key'], example: 'api_key' })
  method!: Principal['method'];

  @ApiProperty({ type: PresentedApiKeyDto, nullable: true, description: '`null` in a session.' })
  apiKey!: PresentedApiKeyDto | null;
}

export class RateLimitDto {
  @ApiProperty({ description: 'The name of the rate limit.', example: 'standard' })
  policy!: string;

  @ApiProperty({
    ...DOCUMENTED_COUNT,
    format: 'int32',
    description: 'Requests allowed in any window.',
    example: 100,
  })
  limit!: number;

  @ApiProperty({ ...DOCUMENTED_COUNT, format: 'int32', description: 'Requests left.', example: 99 })
  remaining!: number;

  @ApiProperty({
    ...DOCUMENTED_COUNT,
    format: 'int32',
    description: 'Seconds until another request is free.',
    example: 60,
  })
  resetSeconds!: number;
}

export class MeDto {
  @ApiProperty({ type: UserDto })
  user!: UserDto;

  @ApiProperty({ type: AuthenticationDto })
  authentication!: AuthenticationDto;

  @ApiProperty({ type: RateLimitDto, description: 'The rate limit of this request.' })
  rateLimit!: RateLimitDto;

  @ApiPropertyOptional({
    type: RateLimitDto,
    description: 'In a session only: the rate limit that all your API keys share.',
  })
  apiKeyRateLimit?: RateLimitDto;
}
