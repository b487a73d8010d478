import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';
import type { ErrorKind } from '../errors/app-error.js';
import { toProblem } from '../errors/problem.js';

/** How the API's description shows errors of one status. */
export const describeProblems = (kinds: readonly ErrorKind[]) => ({
  description: kinds.map((kind) => `\`${kind.code}\`: ${kind.detail}`).join(' · '),
  content: {
    'application/problem+json': {
      schema: { $ref: getSchemaPath(ProblemDto) },
      examples: Object.fromEntries(
        kinds.map((kind) => [
          kind.code,
          { value: toProblem(kind.create(), '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11') },
        ]),
      ) as Record<string, { value: unknown }>,
    },
  },
});

/** Documents the errors of a route besides those that any route may give; those of one status share an answer. */
export function ApiProblems(...kinds: ErrorKind[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(kinds.map((kind) => kind.status))];
  const answers = statuses.map((status) =>
    ApiResponse({ status, ...describeProblems(kinds.filter((kind) => kind.status === status)) }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...answers);
}
