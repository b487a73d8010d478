const INT32_MAX = 2 ** 31 - 1;

/**
 * Completes what the decorators leave out, everywhere in a part of the document: integers get a format, by which
 * generators choose a type, and an `allOf` of one schema becomes that schema.
 */
export function normalizeSchemas(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  Object.values(part).forEach(normalizeSchemas);
  const schema = part as { type?: unknown; format?: string; maximum?: number; allOf?: unknown[] };
  const types = [schema.type].flat();
  if (types.includes('integer'))
    schema.format ??= (schema.maximum ?? Infinity) <= INT32_MAX ? 'int32' : 'int64';
  if (Array.isArray(schema.allOf) && schema.allOf.length === 1) {
    Object.assign(schema, schema.allOf[0]);
    delete schema.allOf;
  }
}
