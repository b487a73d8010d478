import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import Negotiator from 'negotiator';

export type ContentEncoding = 'br' | 'gzip' | 'identity';

/**
 * The supported encodings. Brotli comes first because its output is smaller. The client's order of preference is
 * ignored.
 */
const ENCODINGS: ContentEncoding[] = ['br', 'gzip'];
/** The Brotli quality for pages. A page is compressed for only one response, so speed matters more than size. */
const PAGE_QUALITY = 4;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Returns the best encoding that the client accepts (RFC 9110, section 12.5.3). */
export function negotiateEncoding(acceptEncoding: string | undefined): ContentEncoding {
  if (acceptEncoding === undefined) return 'identity';
  const accepted = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } }).encodings();
  return ENCODINGS.find((encoding) => accepted.includes(encoding)) ?? 'identity';
}

/**
 * Compresses a body.
 * @param quality the quality for Brotli, from 0 to 11.
 */
export async function compress(
  body: Buffer,
  encoding: ContentEncoding,
  quality = PAGE_QUALITY,
): Promise<Buffer> {
  if (encoding === 'br') return brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
  return encoding === 'gzip' ? zip(body) : body;
}
