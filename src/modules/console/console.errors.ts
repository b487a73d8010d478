import { FieldErrorKind } from '../../common/errors/index.js';

export const UNTICKED = new FieldErrorKind('unticked', 'must be ticked');
export const DATE_NOT_CHOSEN = new FieldErrorKind('date_not_chosen', 'must be chosen as the expiration');
