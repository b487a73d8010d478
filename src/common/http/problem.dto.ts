import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class FieldErrorDto {
  @ApiProperty({
    description:
      'The path to the field, for example `filter.status`. Empty if the error concerns the whole body.',
    example: 'name',
  })
  field!: string;

  @ApiProperty({ description: 'A stable code that identifies the type of error.', example: 'empty' })
  code!: string;

  @ApiProperty({ description: 'A human-readable description of the error.', example: 'must not be empty' })
  message!: string;
}

/** A problem document (RFC 9457; docs/api.md, "Errors"). */
export class ProblemDto {
  @ApiProperty({ format: 'uri-reference', example: 'about:blank' })
  type!: string;

  @ApiProperty({ example: 'Bad Request' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, example: 400 })
  status!: number;

  @ApiProperty({ example: 'Some fields are invalid.' })
  detail!: string;

  @ApiProperty({
    description: 'A stable code that identifies the type of error.',
    example: 'validation_failed',
  })
  code!: string;

  @ApiProperty({
    format: 'uuid',
    description: 'The request ID, as in the `X-Request-Id` header.',
    example: '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11',
  })
  requestId!: string;

  @ApiPropertyOptional({
    type: [FieldErrorDto],
    maxItems: 100,
    description:
      'The fields that caused the error. Present with `validation_failed`, and with `forbidden` if an API key would create a key that expires later than it does.',
  })
  errors?: FieldErrorDto[];

  @ApiPropertyOptional({
    type: [String],
    name: 'violated-policies',
    maxItems: 10,
    description: 'The names of the rate limits that were exceeded. Present only if the status is 429.',
  })
  violatedPolicies?: string[];

  @ApiPropertyOptional({
    type: String,
    pattern: '^[0-9A-Za-z]{12}$',
    description: 'The ID of the API key that the first request created. Present only with `already_created`.',
  })
  apiKeyId?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The result of each readiness check. Present only with `unavailable` from `/health/ready`.',
  })
  checks?: Record<string, string>;
}
