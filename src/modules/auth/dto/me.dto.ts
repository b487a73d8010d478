import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Principal } from '../../../common/access/index.js';
import { UserDto } from '../../users/index.js';

class PresentedApiKeyDto {
  @ApiProperty({ example: '0123456789AB' })
  id!: string;

  @ApiProperty({ example: 'Mobile App' })
  name!: string;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Always `null`: all rights of the owner.',
    example: null,
  })
  scopes!: string[] | null;
}

class AuthenticationDto {
  @ApiProperty({ enum: ['session', 'api_key'], example: 'api_key' })
  method!: Principal['method'];

  @ApiProperty({ type: PresentedApiKeyDto, nullable: true })
  apiKey!: PresentedApiKeyDto | null;
}

export class RateLimitDto {
  @ApiProperty({ example: 'standard' })
  policy!: string;

  @ApiProperty({ type: 'integer', example: 100 })
  limit!: number;

  @ApiProperty({ type: 'integer', example: 99 })
  remaining!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds until the oldest counted call leaves the window.',
    example: 60,
  })
  resetSeconds!: number;
}

export class MeDto {
  @ApiProperty({ type: UserDto })
  user!: UserDto;

  @ApiProperty({ type: AuthenticationDto })
  authentication!: AuthenticationDto;

  @ApiProperty({ type: RateLimitDto, description: 'The budget in which this call counted.' })
  rateLimit!: RateLimitDto;

  @ApiPropertyOptional({
    type: RateLimitDto,
    description: "With a session: what is left for the user's keys.",
  })
  apiKeyRateLimit?: RateLimitDto;
}
