import { ValidateIf } from 'class-validator';

/** A property decorator that allows a missing field. Unlike `@IsOptional()`, it does not allow `null`. */
export const IsOptionalNotNull = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

/** A property decorator that allows a field to be missing or `null`. */
export const IsOptionalOrNull = (): PropertyDecorator =>
  ValidateIf((_body, value) => value !== undefined && value !== null);
