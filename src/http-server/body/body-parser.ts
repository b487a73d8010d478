// Caution: by default, Nest on Fastify accepts text/plain and urlencoded bodies on every route, and rejects an empty body
// with a JSON content type. So this file replaces all parsers.
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MALFORMED_JSON, MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE } from '../../common/errors/index.js';
import { isApiPath } from '../../common/http/index.js';
import { MAX_FORM_FIELDS } from '../../common/validation/index.js';
import { parseForm } from './form-parser.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The unparsed JSON body. It is empty if the request has no JSON body. */
    bodyText: string;
  }
}

export const BODY_LIMIT_BYTES = 100 * 1024;
/**
 * The maximum depth of nested arrays and objects. Deeper nesting could overflow the stack of recursive code, for
 * example during validation.
 */
const MAX_DEPTH = 100;

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from('"\\[]{}');

/** Returns whether arrays and objects are nested more than 100 levels deep. The JSON must be valid UTF-8. */
export function isTooDeep(json: Buffer): boolean {
  if (json.length <= 2 * MAX_DEPTH) return false;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (isInString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
  }
  return false;
}

/**
 * Registers all body parsers. REST routes accept JSON, and pages accept forms. An empty body is treated as no body,
 * regardless of its content type.
 */
export function registerBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.decorateRequest('bodyText', '');
  parseJson(server);
  parseForms(server);
  rejectOtherTypes(server);
}

/**
 * Removes the content type of an empty body, so that Fastify does not look for a parser. Many clients send a content
 * type with every POST, even without a body.
 */
export function dropContentTypeOfEmptyBody({ headers }: Pick<FastifyRequest, 'headers'>): void {
  if (headers['content-length'] === '0') delete headers['content-type'];
}

const isEncoded = ({ headers }: FastifyRequest): boolean =>
  headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity';

function parseJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isApiPath(request.url)) return done(UNSUPPORTED_MEDIA_TYPE.create());
    if (isEncoded(request)) {
      return done(
        UNSUPPORTED_MEDIA_TYPE.create({ detail: 'Send the body without a Content-Encoding header.' }),
      );
    }
    if (!isUtf8(body)) return done(MALFORMED_JSON.create({ detail: 'The body is not valid UTF-8.' }));
    if (isTooDeep(body))
      return done(MALFORMED_JSON.create({ detail: `The body is nested deeper than ${MAX_DEPTH} levels.` }));
    const text = body.toString('utf8');
    request.bodyText = text;
    void parse(request, text, (error, parsed) =>
      error ? done(MALFORMED_JSON.create({ cause: error })) : done(null, parsed),
    );
  });
}

const FORM = 'application/x-www-form-urlencoded';

function parseForms(server: FastifyInstance): void {
  server.addContentTypeParser<Buffer>(FORM, { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (isApiPath(request.url) || isEncoded(request)) return done(UNSUPPORTED_MEDIA_TYPE.create());
    if (!isUtf8(body)) return done(MALFORMED_REQUEST.create({ detail: 'The body is not valid UTF-8.' }));
    const fields = parseForm(body.toString('utf8'));
    if (fields) return done(null, fields);
    done(MALFORMED_REQUEST.create({ detail: `A form can have at most ${MAX_FORM_FIELDS} fields.` }));
  });
}

/** Rejects a body that is neither JSON nor a form, unless it is empty. */
function rejectOtherTypes(server: FastifyInstance): void {
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) =>
    body.length === 0 ? done(null, undefined) : done(UNSUPPORTED_MEDIA_TYPE.create()),
  );
}
