import { STATUS_CODES } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { describeProblems } from '../common/http/index.js';
import { ACCESS_EXTENSION, type RouteAccess } from '../common/access/index.js';
import { commonProblems } from './common-problems.js';
import { ANSWER_FIELDS, fieldsOf } from './documented-headers.js';

export const DOCS_PATH = '/api/docs';
export const OPENAPI_PATH = '/api/openapi.json';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & { [ACCESS_EXTENSION]?: RouteAccess };
type Answers = Record<string, ReturnType<typeof describeProblems> & { headers?: object }>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const SECURITY_SCHEMES = { api_key: 'apiKey', session: 'session' } as const;

const SESSION_COOKIE =
  'Set by signing in. Where PUBLIC_URL is https, the name begins with `__Host-`; where it names another port than ' +
  '3000, the name ends in `_` and the port.';

/** OpenAPI 3.1 of all routes. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const description = [
    'API keys for the users of an organisation. Sign in to create keys; call with a key in `X-API-Key`.',
    'A key acts as its owner. Every counted call tells what is left of its budget in `RateLimit`.',
    'Errors are problem documents (RFC 9457) with a stable `code`.',
  ].join('\n\n');
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Chameleon API Keys')
    .setDescription(description)
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'A key of yours.' }, 'apiKey')
    .addCookieAuth('chameleon_session', { type: 'apiKey', description: SESSION_COOKIE }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, options, {
    operationIdFactory: (controller, method) => `${controller}_${method}`,
  });
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) if (item[method]) complete(document, method, item[method]);
  }
  return { ...document, components: { ...document.components, headers: ANSWER_FIELDS } };
}

/** Adds what follows from the access decorator: who may call, and how a call is refused before it is handled. */
function complete(document: OpenAPIObject, method: (typeof METHODS)[number], operation: Operation): void {
  const access = operation[ACCESS_EXTENSION];
  delete operation[ACCESS_EXTENSION];
  if (!access) return;
  operation.security = access.isPublic
    ? []
    : access.methods.map((name) => ({ [SECURITY_SCHEMES[name]]: [] }));
  relaxBody(document, operation);

  const answers = operation.responses as Answers;
  const isUnsafe = method !== 'get';
  for (const kind of commonProblems(access, { isUnsafe, hasBody: operation.requestBody !== undefined })) {
    const { description, content } = describeProblems([kind]);
    const known = (answers[kind.status] ??= describeProblems([]));
    const { examples } = known.content['application/problem+json'];
    if (kind.code in examples) continue;
    Object.assign(examples, content['application/problem+json'].examples);
    known.description = [known.description, description].filter((text) => text !== '').join(' · ');
  }
  for (const [status, answer] of Object.entries(answers)) {
    answer.description ||= STATUS_CODES[status] ?? status;
    answer.headers = { ...answer.headers, ...fieldsOf(Number(status), access) };
  }
}

/** A body whose fields may all be missing may itself be missing: contract.md, section 1. */
function relaxBody({ components }: OpenAPIObject, { requestBody }: Operation): void {
  if (!requestBody || '$ref' in requestBody) return;
  const schema = requestBody.content['application/json']?.schema;
  const named = schema && '$ref' in schema ? components?.schemas?.[schema.$ref.split('/').at(-1)!] : schema;
  requestBody.required = named !== undefined && needsField(named);
}

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** Whether an empty object does not fit. */
const needsField = (schema: Schema): boolean =>
  !('$ref' in schema) && ((schema.required?.length ?? 0) > 0 || (schema.oneOf?.every(needsField) ?? false));

/** Serves the document and Swagger UI. It is made now, as whoever asked first would hold up everybody. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, describeApi(app), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Chameleon API Keys',
  });
}
