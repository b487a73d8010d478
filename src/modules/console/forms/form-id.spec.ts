import { MALFORMED_REQUEST } from '../../../common/errors/index.js';
import { formIdOf, newFormId } from './form-id.js';

const FORM = newFormId();

it('accepts only UUIDs as form ids', () => {
  expect(formIdOf({ form: FORM })).toBe(FORM);
  for (const form of ['', 'x', `${FORM}x`, FORM.toUpperCase(), undefined, [FORM]])
    expect(() => formIdOf({ form })).toThrow(MALFORMED_REQUEST.detail);
});
