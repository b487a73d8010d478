import { ApiExtension } from '@nestjs/swagger';
import type { ErrorKind } from '../errors/app-error.js';

/** Carries a route's errors to the OpenAPI generator, which removes it from the published document. */
export const PROBLEMS_EXTENSION = 'x-problems';

/**
 * Documents the errors of a route in addition to those that every route can return. On a class, it covers the methods
 * without their own list.
 */
export const ApiProblems = (...kinds: ErrorKind[]): MethodDecorator & ClassDecorator =>
  ApiExtension(PROBLEMS_EXTENSION, kinds);
