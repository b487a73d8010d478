import { INVALID_LENGTH, NOT_A_STRING } from '../../../common/errors/index.js';
import { PASSWORD_TOO_COMMON } from '../users.errors.js';
import { passwordProblem } from './password-problem.js';

it.each([
  'correct horse battery',
  'abcdefghijkl',
  '            ',
  'пароль подлиннее',
  '😀'.repeat(12),
  'x'.repeat(128),
])('accepts "%s"', (password) => expect(passwordProblem(password)).toBeNull());

it.each(['', 'short', 'abcdefghijk', '😀'.repeat(11), 'x'.repeat(129)])(
  'rejects "%s" because of its length',
  (password) => {
    expect(passwordProblem(password)).toEqual(INVALID_LENGTH.with({ min: 12, max: 128 }));
  },
);

it.each(['123456789012', 'qwertyuiop123', 'QWERTYUIOP123', 'administrator'])(
  'rejects %s as common',
  (password) => {
    expect(passwordProblem(password)).toEqual(PASSWORD_TOO_COMMON.with());
  },
);

it.each([undefined, null, 123456789012, ['correct horse battery']])(
  'rejects %p, which is not a string',
  (password) => {
    expect(passwordProblem(password)).toEqual(NOT_A_STRING.with());
  },
);
