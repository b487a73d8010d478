import { ApiExtension } from '@nestjs/swagger';
import type { ErrorKind } from '../errors/app-error.js';

/**
 * The OpenAPI extension that carries a route's errors to the OpenAPI generator. The generator removes it before the
 * document is served.
 */
export const PROBLEMS_EXTENSION = 'x-problems';

/**
 * Documents the errors that a route can return, in addition to those that every route can return. On a class, the decorator applies to
 * all methods that aren't decorated with `@ApiProblems()` themselves.
 */
export const ApiProblems = (...kinds: ErrorKind[]): MethodDecorator & ClassDecorator =>
  ApiExtension(PROBLEMS_EXTENSION, kinds);
