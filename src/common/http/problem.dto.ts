import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class FieldErrorDto {
  @ApiProperty({ description: 'Which field; empty for the body as a whole.', example: 'name' })
  field!: string;

  @ApiProperty({ example: 'must not be empty' })
  message!: string;
}

/** RFC 9457 and contract.md, section 4. */
export class ProblemDto {
  @ApiProperty({ format: 'uri-reference', example: 'about:blank' })
  type!: string;

  @ApiProperty({ example: 'Bad Request' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status!: number;

  @ApiProperty({ example: 'Some fields are not right.' })
  detail!: string;

  @ApiProperty({ description: 'Stable; what a program should look at.', example: 'validation_failed' })
  code!: string;

  @ApiProperty({
    description: 'Also in the X-Request-Id field.',
    example: '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11',
  })
  requestId!: string;

  @ApiPropertyOptional({
    type: [FieldErrorDto],
    description: 'With `validation_failed` each wrong field, with `forbidden` each that asks for too much.',
  })
  errors?: FieldErrorDto[];

  @ApiPropertyOptional({
    type: [String],
    name: 'violated-policies',
    description: 'With 429: the budgets that are spent.',
  })
  violatedPolicies?: string[];

  @ApiPropertyOptional({ type: String, description: 'With `already_created`: the key that was created.' })
  apiKeyId?: string;
}
