const INT32_MAX = 2 ** 31 - 1;

/**
 * Normalizes all schemas in a part of the document. Integers get a format, so that generated clients choose the right
 * type. An `allOf` with a single schema is replaced with that schema.
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
