import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { INVALID_EMAIL } from '../../../common/errors/index.js';
import { FieldRule, IsDisplayText } from '../../../common/validation/index.js';
import { canonicalEmail, MAX_EMAIL_LENGTH } from '../../../common/text/email.js';
import { passwordProblem } from '../passwords/password.js';

/** The email of a new user, in the form in which it is stored. */
export const IsNewEmail = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', format: 'email', maxLength: MAX_EMAIL_LENGTH, example: 'ada@example.com' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (canonicalEmail(value) ?? value) : value,
    ),
    FieldRule('isNewEmail', (value) =>
      typeof value === 'string' && canonicalEmail(value) !== null
        ? null
        : INVALID_EMAIL.with({ max: MAX_EMAIL_LENGTH }),
    ),
  );

/** A password that a user or admin chooses. */
export const IsNewPassword = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: 'string',
      format: 'password',
      minLength: 12,
      maxLength: 128,
      example: 'correct horse battery',
    }),
    FieldRule('isNewPassword', passwordProblem),
  );

export const IsUserName = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'string', minLength: 1, maxLength: 100, example: 'Ada Lovelace' }),
    IsDisplayText(100),
  );
