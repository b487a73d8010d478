import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status!: 'ok' | 'degraded';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The result of each check: `ok` or a description of the problem.',
    example: { database: 'ok' },
  })
  checks!: Record<string, string>;
}
