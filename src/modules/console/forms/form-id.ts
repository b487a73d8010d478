import { randomUUID } from 'node:crypto';
import { MALFORMED_REQUEST } from '../../../common/errors/index.js';
import { isUuid } from '../../../common/text/uuid.js';
import { textOf, type FormBody } from './form-body.js';

/** Creates a value for the hidden field `form` of a form whose work must run only once. */
export const newFormId = (): string => randomUUID();

/** Returns the id of a submitted form. Throws `malformed_request` if the id isn't a UUID. */
export function formIdOf(form: FormBody): string {
  const formId = textOf(form, 'form');
  if (!isUuid(formId)) throw MALFORMED_REQUEST.create();
  return formId;
}
