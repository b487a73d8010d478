import { getSchemaPath } from '@nestjs/swagger';
import type { RouteAccess } from '../common/access/index.js';
import { ProblemDto } from '../common/http/index.js';
import { toProblem, type ErrorKind } from '../common/errors/index.js';
import { isBeforeLimiter, COMMON_RESPONSES } from './common-problems.js';
import { documentedHeadersOf } from './documented-headers.js';

type Reference = { $ref: string };
type Access = Pick<RouteAccess, 'isCounted'>;

const REQUEST_ID = '5f8c1a52-6d0b-4a3e-9d53-0a1d7f1f2b11';

const codesOf = (kinds: readonly ErrorKind[]): string[] => [...new Set(kinds.map(({ code }) => code))];
const sortedCodes = (kinds: readonly ErrorKind[]): string => codesOf(kinds).sort().join();
const COMMON_NAMES = new Map(
  Object.entries(COMMON_RESPONSES).map(([name, kinds]) => [sortedCodes(kinds), name]),
);

const pascalCase = (code: string): string =>
  code
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Collects the error responses of a document. Operations with the same error codes for a status share a response. */
export class ProblemResponses {
  readonly responses: Record<string, ReturnType<ProblemResponses['describe']>> = {};
  readonly examples: Record<string, { value: unknown }> = {};

  /** Returns references to the responses for these errors, keyed by status. */
  referencesTo(kinds: readonly ErrorKind[], access: Access): Record<string, Reference> {
    const statuses = [...new Set(kinds.map(({ status }) => status))];
    return Object.fromEntries(
      statuses.map((status) => {
        const ofStatus = kinds.filter((kind) => kind.status === status);
        return [status, this.share(status, ofStatus, access)];
      }),
    );
  }

  private share(status: number, kinds: readonly ErrorKind[], { isCounted }: Access): Reference {
    const canBeCounted = !kinds.every(isBeforeLimiter);
    const name = nameOf(kinds) + (canBeCounted && !isCounted ? 'Uncounted' : '');
    this.responses[name] ??= this.describe(status, kinds, isCounted && canBeCounted);
    return { $ref: `#/components/responses/${name}` };
  }

  private describe(status: number, kinds: readonly ErrorKind[], isCounted: boolean) {
    return {
      description: kinds.map(({ code, detail }) => `- \`${code}\`: ${detail}`).join('\n'),
      headers: documentedHeadersOf(status, { isCounted }),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: getSchemaPath(ProblemDto) },
              {
                type: 'object',
                required: ['code'],
                properties: { code: { type: 'string', enum: codesOf(kinds) } },
              },
            ],
          },
          examples: Object.fromEntries(kinds.map((kind) => [kind.code, this.exampleOf(kind)])),
        },
      },
    };
  }

  private exampleOf(kind: ErrorKind): Reference {
    const name = `${kind.status}-${kind.code}`;
    this.examples[name] ??= { value: toProblem(kind.create(), REQUEST_ID) };
    return { $ref: `#/components/examples/${name}` };
  }
}

/**
 * Returns the name of a response. It does not contain the status, because responses with different statuses never have
 * the same set of codes.
 */
const nameOf = (kinds: readonly ErrorKind[]): string =>
  COMMON_NAMES.get(sortedCodes(kinds)) ?? codesOf(kinds).sort().map(pascalCase).join('Or');
