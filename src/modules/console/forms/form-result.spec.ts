import { IsString } from 'class-validator';
import {
  EMPTY,
  FORBIDDEN,
  INTERNAL_ERROR,
  MALFORMED_REQUEST,
  NOT_FOUND,
  UNAVAILABLE,
  VALIDATION_FAILED,
  validationFailed,
} from '../../../common/errors/index.js';
import { SESSION_EXPIRED } from '../../auth/index.js';
import { ACCOUNT_SUSPENDED, LAST_ADMIN } from '../../users/index.js';
import { isFieldDenial, nullOnError, runForm, toDenial, validateForm } from './form-result.js';

const failing = (error: Error) => runForm(() => Promise.reject(error));

it('returns the value of a form that succeeds', async () => {
  expect(await runForm(() => Promise.resolve(1))).toEqual({ value: 1, denial: null });
});

it.each([VALIDATION_FAILED, MALFORMED_REQUEST, LAST_ADMIN, UNAVAILABLE])(
  'returns an error that the user can correct: %j',
  async (kind) => {
    const error = kind.create();
    const { value, denial } = await failing(error);
    expect(value).toBeNull();
    expect(denial?.error).toBe(error);
  },
);

it.each([NOT_FOUND, INTERNAL_ERROR, SESSION_EXPIRED, ACCOUNT_SUSPENDED, FORBIDDEN])(
  'throws %j, unless the form shows it',
  async (kind) => {
    const error = kind.create();
    await expect(failing(error)).rejects.toBe(error);
    const { denial } = await runForm(() => Promise.reject(error), [kind]);
    expect(denial?.error).toBe(error);
  },
);

it('throws errors that are not an AppError', async () => {
  const error = new Error('broken');
  await expect(failing(error)).rejects.toBe(error);
});

it('returns the error of each field', () => {
  const empty = EMPTY.on('a');
  const denial = toDenial(validationFailed(empty));
  expect([denial.errorOf('a'), denial.errorOf('b'), isFieldDenial(denial)]).toEqual([empty, null, true]);
  const other = toDenial(LAST_ADMIN.create());
  expect([other.errorOf('a'), isFieldDenial(other)]).toEqual([null, false]);
});

it('returns null for the one error that means "not found", and throws others', async () => {
  expect(await nullOnError(NOT_FOUND, Promise.resolve(1))).toBe(1);
  expect(await nullOnError(NOT_FOUND, Promise.reject(NOT_FOUND.create()))).toBeNull();
  const error = UNAVAILABLE.create();
  await expect(nullOnError(NOT_FOUND, Promise.reject(error))).rejects.toBe(error);
});

it('validates like the REST API', async () => {
  class Dto {
    @IsString()
    name!: string;
  }
  expect(await validateForm(Dto, { name: 'x' })).toBeInstanceOf(Dto);
  await expect(validateForm(Dto, { name: 1 })).rejects.toMatchObject({ kind: VALIDATION_FAILED });
  await expect(validateForm(Dto, { name: 'x', more: 1 })).rejects.toMatchObject({ kind: VALIDATION_FAILED });
});
