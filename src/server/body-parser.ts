// Trap: Nest on Fastify accepts text/plain and urlencoded bodies on every route, and an empty body with a
// JSON type is an error. So the parsers are stated here.
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MALFORMED_JSON, MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE } from '../common/errors/index.js';
import { isApiPath } from '../common/http/index.js';
import { MAX_FORM_FIELDS, parseForm } from './form-body.js';

export const BODY_LIMIT_BYTES = 100 * 1024;
/** Deeper nesting would overflow the stack of whoever walks through the body. */
const MAX_DEPTH = 100;

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from('"\\[]{}');

/** Whether arrays and objects are nested deeper than the bound. Works on the bytes of valid UTF-8. */
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

/** Lets REST routes parse JSON and pages parse forms, and nothing else: contract.md, section 1. */
export function stateParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  parseJson(server);
  parseForms(server);
}

const isEncoded = ({ headers }: FastifyRequest): boolean =>
  headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity';

/** An empty body is no body. */
function parseJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!isApiPath(request.url)) return done(UNSUPPORTED_MEDIA_TYPE.create());
    if (isEncoded(request)) {
      return done(UNSUPPORTED_MEDIA_TYPE.create({ detail: 'Send the body without a Content-Encoding.' }));
    }
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(MALFORMED_JSON.create({ detail: 'The body is not valid UTF-8.' }));
    if (isTooDeep(body))
      return done(MALFORMED_JSON.create({ detail: `The body is nested deeper than ${MAX_DEPTH} levels.` }));
    void parse(request, body.toString('utf8'), (error, parsed) =>
      error ? done(MALFORMED_JSON.create({ cause: error })) : done(null, parsed),
    );
  });
}

const FORM = 'application/x-www-form-urlencoded';

function parseForms(server: FastifyInstance): void {
  server.addContentTypeParser<Buffer>(FORM, { parseAs: 'buffer' }, (request, body, done) => {
    if (isApiPath(request.url) || isEncoded(request)) return done(UNSUPPORTED_MEDIA_TYPE.create());
    if (!isUtf8(body)) return done(MALFORMED_REQUEST.create({ detail: 'The body is not valid UTF-8.' }));
    const fields = parseForm(body.toString('utf8'));
    if (fields) return done(null, fields);
    done(MALFORMED_REQUEST.create({ detail: `A form can have at most ${MAX_FORM_FIELDS} fields.` }));
  });
}
