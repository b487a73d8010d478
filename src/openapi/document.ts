import { STATUS_CODES } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ACCESS_EXTENSION, type RouteAccess } from '../common/access/index.js';
import type { ErrorKind } from '../common/errors/index.js';
import { PROBLEMS_EXTENSION, ProblemDto } from '../common/http/index.js';
import { sessionCookieName } from '../modules/auth/index.js';
import { Settings } from '../settings/index.js';
import { commonProblems } from './common-problems.js';
import { documentedHeadersOf, RESPONSE_HEADERS } from './documented-headers.js';
import { normalizeSchemas } from './normalize-schemas.js';
import { uniqueOperationIds } from './operation-ids.js';
import { packageVersion } from './package-version.js';
import { ProblemResponses } from './problem-responses.js';
import { makeBodyOptional } from './optional-body.js';
import { describeTags } from './tags.js';

export const DOCS_PATH = '/api/docs';
export const OPENAPI_PATH = '/api/openapi.json';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & {
  [ACCESS_EXTENSION]?: RouteAccess;
  [PROBLEMS_EXTENSION]?: readonly ErrorKind[];
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const DESCRIPTION = `Chameleon manages API keys for the users of an organization. Sign in to create a key, then send the
key in the \`X-API-Key\` header of every request. A key acts on behalf of its owner, with the owner's current role.

The \`RateLimit\` response header tells you how many requests you have left. If you get a 429 response, wait the
number of seconds given in the \`Retry-After\` header.

Errors use the problem details format (RFC 9457). In your code, check \`code\`, because its values never change.`;

const INFO = {
  contact: { name: 'The administrators of this server' },
  // The SPDX identifier is new in OpenAPI 3.1, and `DocumentBuilder` doesn't support it.
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const API_KEY =
  'One of your API keys. Operations that accept an API key also accept the session cookie of a signed-in user.';
const SESSION =
  'The session cookie that the server sets when you sign in. Operations that require a session reject API keys with 403 `forbidden`.';

/** Creates the OpenAPI 3.1 document of all routes. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, baseDocument(app.get(Settings)), {
    operationIdFactory: uniqueOperationIds(),
    extraModels: [ProblemDto],
  });
  const problems = new ProblemResponses();
  const tags: string[] = [];
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      if (!item[method]) continue;
      makeBodyOptional(document, item[method]);
      completeOperation(item[method], method, problems);
      tags.push(...(item[method].tags ?? []));
    }
  }
  normalizeSchemas(document.paths);
  normalizeSchemas(document.components?.schemas);
  return {
    ...document,
    info: { ...document.info, ...INFO },
    tags: describeTags(tags),
    components: {
      ...document.components,
      responses: problems.responses,
      examples: problems.examples,
      headers: RESPONSE_HEADERS,
    },
  };
}

/** Creates the document without the routes. */
const baseDocument = (settings: Settings) =>
  new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Chameleon API Keys')
    .setDescription(DESCRIPTION)
    .setVersion(packageVersion())
    .addServer(serverUrl(settings), 'This server')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: API_KEY }, 'apiKey')
    .addCookieAuth(sessionCookieName(settings), { type: 'apiKey', description: SESSION }, 'session')
    .build();

/**
 * Returns the URL of the server. Returns a relative URL instead of `localhost`, because `localhost` is a different
 * machine for each reader.
 */
const serverUrl = ({ publicUrl }: Settings): string =>
  new URL(publicUrl).hostname === 'localhost' ? '/' : publicUrl;

/** Adds security, headers and error responses, based on the route's access rule and its declared errors. */
function completeOperation(
  operation: Operation,
  method: (typeof METHODS)[number],
  problems: ProblemResponses,
): void {
  const { [ACCESS_EXTENSION]: access, [PROBLEMS_EXTENSION]: declared = [] } = operation;
  delete operation[ACCESS_EXTENSION];
  delete operation[PROBLEMS_EXTENSION];
  if (!access) return;
  operation.security = securityOf(access);
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    response.description ||= STATUS_CODES[status] ?? status;
    response.headers = { ...response.headers, ...documentedHeadersOf(Number(status), access) };
  }
  const common = commonProblems(access, { isUnsafe: method !== 'get' });
  const isCommon = (kind: ErrorKind) =>
    common.some(({ status, code }) => status === kind.status && code === kind.code);
  const kinds = [...common, ...declared.filter((kind) => !isCommon(kind))];
  // The route's own `@ApiResponse()` for a status takes precedence.
  operation.responses = { ...problems.referencesTo(kinds, access), ...operation.responses };
}

/**
 * Returns the security requirements of a route. If the route accepts both an API key and a session, only the API key is
 * listed. Caution: generated clients send their credential in every listed place, so they would also send the API key as
 * the session cookie.
 */
function securityOf({ isPublic, methods }: RouteAccess): Record<string, string[]>[] {
  if (isPublic) return [];
  return [methods.includes('api_key') ? { apiKey: [] } : { session: [] }];
}

/**
 * Serves the document and Swagger UI. The document is created at startup, because creating it later would delay
 * requests.
 */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, createOpenApiDocument(app), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Chameleon API Keys',
  });
}
