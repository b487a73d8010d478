import { ApiExtension } from '@nestjs/swagger';
import type { ErrorKind } from '../errors/app-error.js';

/** Where the OpenAPI document finds a route's errors. It removes them before anybody sees them. */
export const PROBLEMS_EXTENSION = 'x-problems';

/**
 * Documents the errors of a route, besides those that any route can return. On a class it covers the methods
 * without a list of their own.
 */
export const ApiProblems = (...kinds: ErrorKind[]): MethodDecorator & ClassDecorator =>
  ApiExtension(PROBLEMS_EXTENSION, kinds);
