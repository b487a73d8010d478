import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy } from 'class-validator';
import { IsDisplayText } from '../../../common/text/display-text.js';
import { passwordFault } from '../passwords.js';
import { normalizeEmail } from '../user.js';

/** An address that somebody wants to have; stored trimmed and in lower case. */
export const IsNewEmail = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'email', maxLength: 254, example: 'ada@example.com' }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeEmail(value) : value)),
    ValidateBy({
      name: 'isNewEmail',
      validator: {
        validate: (value) =>
          typeof value === 'string' && value.length <= 254 && isEmail(value, { require_tld: false }),
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
        validate: (value) => passwordFault(value) === null,
        defaultMessage: (args) => passwordFault(args?.value) ?? '',
      },
    }),
  );

export const IsUserName = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', minLength: 1, maxLength: 100, example: 'Ada Lovelace' }),
    IsDisplayText(100),
  );
