import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { COUNT_SCHEMA, KEY_ID_SCHEMA, NAME_SCHEMA } from '../../../common/http/index.js';
import type { Principal } from '../../../common/access/index.js';
import { UserDto } from '../../users/index.js';

class PresentedApiKeyDto {
  @ApiProperty(KEY_ID_SCHEMA)
  id!: string;

  @ApiProperty({ ...NAME_SCHEMA, example: 'Mobile App' })
  name!: string;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: "Always `null`, because a key has all of its owner's permissions.",
    example: null,
  })
  scopes!: string[] | null;
}

class AuthenticationDto {
  @ApiProperty({ enum: ['session', 'api_key'], example: 'api_key' })
  method!: Principal['method'];

  @ApiProperty({
    type: PresentedApiKeyDto,
    nullable: true,
    description: 'The API key used for this request. `null` if the request uses a session.',
  })
  apiKey!: PresentedApiKeyDto | null;
}

export class RateLimitDto {
  @ApiProperty({ description: 'The name of the rate limit policy.', example: 'standard' })
  policy!: string;

  @ApiProperty({
    ...COUNT_SCHEMA,
    format: 'int32',
    description:
      'The maximum number of requests in a rolling window. The `RateLimit-Policy` header contains the length of the window in seconds.',
    example: 100,
  })
  limit!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    format: 'int32',
    description: 'The number of requests left.',
    example: 99,
  })
  remaining!: number;

  @ApiProperty({
    ...COUNT_SCHEMA,
    format: 'int32',
    description: 'The number of seconds until another request becomes available.',
    example: 60,
  })
  resetSeconds!: number;
}

export class MeDto {
  @ApiProperty({ type: UserDto })
  user!: UserDto;

  @ApiProperty({ type: AuthenticationDto })
  authentication!: AuthenticationDto;

  @ApiProperty({ type: RateLimitDto, description: 'The rate limit that applies to this request.' })
  rateLimit!: RateLimitDto;

  @ApiPropertyOptional({
    type: RateLimitDto,
    description: 'The rate limit that all your API keys share. Present only if the request uses a session.',
  })
  apiKeyRateLimit?: RateLimitDto;
}
