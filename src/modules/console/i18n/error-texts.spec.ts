import { ErrorKind, INVALID_LENGTH, TOO_LONG, type FieldError } from '../../../common/errors/index.js';
import { API_KEY_QUOTA_REACHED, NO_ROOM_FOR_API_KEY } from '../../api-keys/index.js';
import { errorText, fieldErrorText } from './error-texts.js';
import { LANGUAGES, translator } from './languages.js';

describe.each([...LANGUAGES])('in %s', (language) => {
  const t = translator(language);

  it('fills parameters into the text of a field error', () => {
    expect(fieldErrorText(t, INVALID_LENGTH.on('password', { min: 12, max: 128 }))).toMatch(/12.*128/);
    expect(fieldErrorText(t, TOO_LONG.on('name', { max: 100 }))).toContain('100');
  });

  it.each(['is_uuid', 'toString'])("shows the error's own message for the code %s", (code) => {
    const error: FieldError = { field: 'id', code, message: 'must be a UUID', params: {} };
    expect(fieldErrorText(t, error)).toBe('must be a UUID');
  });

  it.each(['order_closed', 'toString'])("shows the error's own detail for the code %s", (code) => {
    const detail = 'The order is closed.';
    expect(errorText(t, new ErrorKind(409, code, detail).create())).toBe(detail);
  });

  it("doesn't show the detail of a server error", () => {
    expect(errorText(t, new ErrorKind(502, 'bad_gateway', 'SELECT secret').create())).toBe(
      t('problem.internal_error'),
    );
  });

  it('tells errors with the same code apart', () => {
    expect(errorText(t, NO_ROOM_FOR_API_KEY.create())).not.toBe(errorText(t, API_KEY_QUOTA_REACHED.create()));
  });
});
