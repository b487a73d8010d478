import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class FieldErrorDto {
  @ApiProperty({
    description: 'The path of the field, for example `filter.status`. Empty if the whole body is invalid.',
    example: 'name',
  })
  field!: string;

  @ApiProperty({ description: 'Identifies the kind of error. Never changes.', example: 'empty' })
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

  @ApiProperty({ description: 'Identifies the kind of error. Never changes.', example: 'validation_failed' })
  code!: string;

  @ApiProperty({
    format: 'uuid',
    description: 'Same as the `X-Request-Id` header.',
    example: '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11',
  })
  requestId!: string;

  @ApiPropertyOptional({
    type: [FieldErrorDto],
    maxItems: 100,
    description: 'The invalid fields. With `forbidden`, the fields that ask for more than an API key can do.',
  })
  errors?: FieldErrorDto[];

  @ApiPropertyOptional({
    type: [String],
    name: 'violated-policies',
    maxItems: 10,
    description: 'With 429: the names of the exceeded rate limits.',
  })
  violatedPolicies?: string[];

  @ApiPropertyOptional({
    type: String,
    pattern: '^[0-9A-Za-z]{12}$',
    description: 'With `already_created`: the id of the key that the first request created.',
  })
  apiKeyId?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'With `unavailable` from `/health/ready`: the result of each check.',
  })
  checks?: Record<string, string>;
}
