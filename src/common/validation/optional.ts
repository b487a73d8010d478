import { ValidateIf } from 'class-validator';

/** The field may be missing. Unlike `@IsOptional()` this does not let `null` through. */
export const IsOptionalNotNull = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

/** The field may be missing or `null`; both mean that it is unset. */
export const IsOptionalOrNull = (): PropertyDecorator =>
  ValidateIf((_body, value) => value !== undefined && value !== null);
