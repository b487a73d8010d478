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
import { filledIn, isFieldError, orNull, refusalOf, textOf, textsOf, toRefusal, validated } from './forms.js';

it('reads the text of a field, however often it stands there', () => {
  expect(textOf({ a: 'x' }, 'a')).toBe('x');
  for (const a of [undefined, ['x', 'y'], 1, null, {}]) expect(textOf({ a }, 'a')).toBe('');
  expect(textsOf({ a: ['x', 1, 'y'] }, 'a')).toEqual(['x', 'y']);
  expect(textsOf({ a: 'x' }, 'a')).toEqual(['x']);
  expect(textsOf({}, 'a')).toEqual([]);
});

it('takes a field of blanks for one that is left empty, and others as they were typed', () => {
  for (const a of ['', ' ', ' \t ', undefined, ['x']]) expect(filledIn({ a }, 'a')).toBeUndefined();
  expect(filledIn({ a: ' x ' }, 'a')).toBe(' x ');
});

const failing = (error: Error) => refusalOf(() => Promise.reject(error));

it.each([VALIDATION_FAILED, MALFORMED_REQUEST, LAST_ADMIN, UNAVAILABLE])(
  'shows the form again for what a person can put right: %j',
  async (kind) => {
    const error = kind.create();
    expect((await failing(error))?.error).toBe(error);
  },
);

it.each([NOT_FOUND, INTERNAL_ERROR, SESSION_EXPIRED, ACCOUNT_SUSPENDED, FORBIDDEN])(
  'does not show the form again for %j, unless the form says so',
  async (kind) => {
    const error = kind.create();
    await expect(failing(error)).rejects.toBe(error);
    expect((await refusalOf(() => Promise.reject(error), [kind]))?.error).toBe(error);
  },
);

it('lets what is no answer of ours through, and has nothing to say when all went well', async () => {
  const error = new Error('broken');
  await expect(failing(error)).rejects.toBe(error);
  expect(await refusalOf(() => Promise.resolve(1))).toBeNull();
});

it('says beside each field what is wrong with it', () => {
  const empty = EMPTY.on('a');
  const refusal = toRefusal(validationFailed(empty));
  expect([refusal.fieldError('a'), refusal.fieldError('b'), isFieldError(refusal)]).toEqual([
    empty,
    null,
    true,
  ]);
  const other = toRefusal(LAST_ADMIN.create());
  expect([other.fieldError('a'), isFieldError(other)]).toEqual([null, false]);
});

it('does without what is not there, and without nothing else', async () => {
  expect(await orNull(NOT_FOUND, Promise.resolve(1))).toBe(1);
  expect(await orNull(NOT_FOUND, Promise.reject(NOT_FOUND.create()))).toBeNull();
  const error = UNAVAILABLE.create();
  await expect(orNull(NOT_FOUND, Promise.reject(error))).rejects.toBe(error);
});

it('validates as the REST API does', async () => {
  class Dto {
    @IsString()
    name!: string;
  }
  expect(await validated(Dto, { name: 'x' })).toBeInstanceOf(Dto);
  await expect(validated(Dto, { name: 1 })).rejects.toMatchObject({ kind: VALIDATION_FAILED });
  await expect(validated(Dto, { name: 'x', more: 1 })).rejects.toMatchObject({ kind: VALIDATION_FAILED });
});
