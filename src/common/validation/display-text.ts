import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { displayTextProblem } from '../text/display-text.js';
import { trimText } from '../text/trim-text.js';

/** Unicode text as people write names and reasons: trimmed, 1 to `max` code points. */
export const IsDisplayText = (max: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => trimText(value)),
    ValidateBy({
      name: 'isDisplayText',
      validator: {
        validate: (value) => displayTextProblem(value, max) === null,
        defaultMessage: (args) => displayTextProblem(args?.value, max) ?? '',
      },
    }),
  );
