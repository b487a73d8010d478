import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { IsDisplayText } from '../../../common/validation/index.js';
import { canonicalEmail } from '../../../common/text/email.js';
import { passwordProblem } from '../passwords/passwords.js';

/** An address that somebody wants to have, in the one form in which it is stored. */
export const IsNewEmail = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'email', maxLength: 254, example: 'ada@example.com' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (canonicalEmail(value) ?? value) : value,
    ),
    ValidateBy({
      name: 'isNewEmail',
      validator: {
        validate: (value) => typeof value === 'string' && canonicalEmail(value) !== null,
        defaultMessage: () => 'must be an email address of at most 254 characters',
      },
    }),
  );

/** A password that somebody chooses. */
export const IsNewPassword = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'string',
      format: 'password',
      minLength: 12,
      maxLength: 128,
      example: 'correct horse battery',
    }),
    ValidateBy({
      name: 'isNewPassword',
      validator: {
        validate: (value) => passwordProblem(value) === null,
        defaultMessage: (args) => passwordProblem(args?.value) ?? '',
      },
    }),
  );

export const IsUserName = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', minLength: 1, maxLength: 100, example: 'Ada Lovelace' }),
    IsDisplayText(100),
  );
