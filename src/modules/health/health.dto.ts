import { ApiProperty } from '@nestjs/swagger';

export class HealthDto {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status!: 'ok' | 'degraded';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Each check is `ok` or a sentence that says what is wrong.',
    example: { database: 'ok' },
  })
  checks!: Record<string, string>;
}
