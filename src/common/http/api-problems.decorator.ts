import { ApiExtension } from '@nestjs/swagger';
import type { ErrorKind } from '../errors/app-error.js';

/**
 * The OpenAPI extension that carries a route's errors to the OpenAPI generator. The generator removes it from the
 * published document.
 */
export const PROBLEMS_EXTENSION = 'x-problems';

/**
 * Documents the errors of a route in addition to those that every route can return. On a class, it applies to the
 * methods without a decorator of their own.
 */
export const ApiProblems = (...kinds: ErrorKind[]): MethodDecorator & ClassDecorator =>
  ApiExtension(PROBLEMS_EXTENSION, kinds);
