import { ValidateIf } from 'class-validator';

/** Allows a missing field. Unlike `@IsOptional()`, it does not allow `null`. */
export const IsOptionalNotNull = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

/** Allows a field that is missing or `null`. */
export const IsOptionalOrNull = (): PropertyDecorator =>
  ValidateIf((_body, value) => value !== undefined && value !== null);
