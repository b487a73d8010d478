import { ValidateIf } from 'class-validator';

/** The field may be missing. Unlike with `@IsOptional()`, `null` is invalid. */
export const IsOptionalNotNull = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

/** The field may be missing or `null`. Both leave it unset. */
export const IsOptionalOrNull = (): PropertyDecorator =>
  ValidateIf((_body, value) => value !== undefined && value !== null);
