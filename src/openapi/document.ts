import { STATUS_CODES } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ACCESS_EXTENSION, type RouteAccess } from '../common/access/index.js';
import { PROBLEMS_EXTENSION, ProblemDto } from '../common/http/index.js';
import type { ErrorKind } from '../common/errors/index.js';
import { Settings } from '../settings/index.js';
import { sessionCookieName } from '../modules/auth/index.js';
import { commonProblems } from './common-problems.js';
import { headersOf, RESPONSE_HEADERS } from './documented-headers.js';
import { normalizeSchemas } from './normalize-schemas.js';
import { uniqueOperationIds } from './operation-ids.js';
import { packageVersion } from './package-version.js';
import { ProblemResponses } from './problem-responses.js';
import { describeTags } from './tags.js';

export const DOCS_PATH = '/api/docs';
export const OPENAPI_PATH = '/api/openapi.json';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & {
  [ACCESS_EXTENSION]?: RouteAccess;
  [PROBLEMS_EXTENSION]?: readonly ErrorKind[];
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const DESCRIPTION = `API keys for the users of an organization. Sign in to create a key, then send it with every
request in the \`X-API-Key\` header. A key acts on behalf of its owner, with the owner's current role.

Every response to a counted request reports what is left of your rate limit in the \`RateLimit\` header. After a
429, wait for the seconds in \`Retry-After\`.

Errors are problem documents (RFC 9457). Programs should look at \`code\`, which never changes.`;

const API_KEY =
  'One of your API keys. Without this header, the cookie of a signed-in user works for these operations too.';
const SESSION = 'Set by signing in. These operations refuse API keys with 403 `forbidden`.';

/** OpenAPI 3.1 of all routes. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const settings = app.get(Settings);
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Chameleon API Keys')
    .setDescription(DESCRIPTION)
    .setVersion(packageVersion())
    .addServer(serverUrl(settings), 'This server.')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: API_KEY }, 'apiKey')
    .addCookieAuth(sessionCookieName(settings), { type: 'apiKey', description: SESSION }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, options, {
    operationIdFactory: uniqueOperationIds(),
    extraModels: [ProblemDto],
  });
  const problems = new ProblemResponses();
  const operations = Object.values(document.paths).flatMap((item) =>
    METHODS.flatMap((method) => (item[method] ? [{ method, operation: item[method] }] : [])),
  );
  for (const { method, operation } of operations) complete(document, method, operation, problems);
  normalizeSchemas(document.paths);
  normalizeSchemas(document.components?.schemas);
  return {
    ...document,
    info: {
      ...document.info,
      contact: { name: 'The administrators of this server' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as OpenAPIObject['info']['license'],
    },
    tags: describeTags(operations.flatMap(({ operation }) => operation.tags ?? [])),
    components: {
      ...document.components,
      responses: problems.responses,
      examples: problems.examples,
      headers: RESPONSE_HEADERS,
    },
  };
}

/** `localhost` means another machine to every reader, so there the document speaks of the server it comes from. */
const serverUrl = ({ publicUrl }: Settings): string =>
  new URL(publicUrl).hostname === 'localhost' ? '/' : publicUrl;

/** Adds what follows from the access rule and the errors: who may call, and every response besides success. */
function complete(
  document: OpenAPIObject,
  method: (typeof METHODS)[number],
  operation: Operation,
  problems: ProblemResponses,
): void {
  const { [ACCESS_EXTENSION]: access, [PROBLEMS_EXTENSION]: declared = [] } = operation;
  delete operation[ACCESS_EXTENSION];
  delete operation[PROBLEMS_EXTENSION];
  if (!access) return;
  operation.security = securityOf(access);
  relaxBody(document, operation);
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    response.description ||= STATUS_CODES[status] ?? status;
    response.headers = { ...response.headers, ...headersOf(Number(status), access) };
  }
  const common = commonProblems(access, { isUnsafe: method !== 'get' });
  const rest = declared.filter(
    (kind) => !common.some(({ status, code }) => status === kind.status && code === kind.code),
  );
  operation.responses = { ...problems.refer([...common, ...rest], access), ...operation.responses };
}

/**
 * Trap: one requirement where a key works, although a session does too. Generated clients send their key in every
 * place that any of several requirements names, so in the cookie as well.
 */
function securityOf({ isPublic, methods }: RouteAccess): Record<string, string[]>[] {
  if (isPublic) return [];
  return [methods.includes('api_key') ? { apiKey: [] } : { session: [] }];
}

/** A body whose fields are all optional is optional itself. */
function relaxBody({ components }: OpenAPIObject, { requestBody }: Operation): void {
  if (!requestBody || '$ref' in requestBody) return;
  const schema = requestBody.content['application/json']?.schema;
  requestBody.required = schema !== undefined && needsField(schema, components?.schemas ?? {});
}

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Whether an empty object does not fit. */
function needsField(schema: Schemas[string], schemas: Schemas): boolean {
  if (!('$ref' in schema)) {
    const isRequired = (schema.required?.length ?? 0) > 0;
    return isRequired || (schema.oneOf?.every((one) => needsField(one, schemas)) ?? false);
  }
  const named = schemas[schema.$ref.split('/').at(-1)!];
  return named !== undefined && needsField(named, schemas);
}

/** Serves the document and Swagger UI. It is made now, so that the first reader does not hold up other requests. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, describeApi(app), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Chameleon API Keys',
  });
}
