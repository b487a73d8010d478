import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { displayTextProblem } from '../text/display-text.js';
import { trimText } from '../text/trim-text.js';

/** A search text: the start of what it looks for, up to 254 characters, never a key. */
export const IsSearch = (): PropertyDecorator => (target, property) => {
  Transform(({ value }: { value: unknown }) => trimText(value))(target, property);
  ValidateBy({
    name: 'isSearch',
    validator: {
      validate: (value) => value === '' || displayTextProblem(value, 254) === null,
      defaultMessage: (args) => displayTextProblem(args?.value, 254) ?? '',
    },
  })(target, property);
};
