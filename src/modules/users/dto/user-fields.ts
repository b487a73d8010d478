import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { INVALID_EMAIL } from '../../../common/errors/index.js';
import { FieldRule, IsDisplayText } from '../../../common/validation/index.js';
import { MAX_NAME_LENGTH } from '../../../common/text/name-length.js';
import { canonicalEmail, MAX_EMAIL_LENGTH } from '../../../common/text/email.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../../common/text/password-length.js';
import { passwordProblem } from '../passwords/password-problem.js';

/** Validates the email address of a new user, and converts it to the form in which it is stored. */
export const IsValidEmail = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'email', maxLength: MAX_EMAIL_LENGTH, example: 'ada@example.com' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (canonicalEmail(value) ?? value) : value,
    ),
    FieldRule('isValidEmail', (value) =>
      typeof value === 'string' && canonicalEmail(value) !== null
        ? null
        : INVALID_EMAIL.with({ max: MAX_EMAIL_LENGTH }),
    ),
  );

/** Validates a new password that a user or an admin chose. */
export const IsValidPassword = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'string',
      format: 'password',
      minLength: MIN_PASSWORD_LENGTH,
      maxLength: MAX_PASSWORD_LENGTH,
      example: 'correct horse battery',
    }),
    FieldRule('isValidPassword', passwordProblem),
  );

export const IsUserName = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'Ada Lovelace' }),
    IsDisplayText(MAX_NAME_LENGTH),
  );
