import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Makes a body optional when all of its fields are. Nest calls every body required. */
export function relaxBody({ components }: OpenAPIObject, { requestBody }: Operation): void {
  if (!requestBody || '$ref' in requestBody) return;
  const schema = requestBody.content['application/json']?.schema;
  requestBody.required = schema !== undefined && needsField(schema, components?.schemas ?? {});
}

/** Whether the schema refuses an empty object. */
function needsField(schema: Schemas[string], schemas: Schemas): boolean {
  if ('$ref' in schema) {
    const named = schemas[schema.$ref.split('/').at(-1)!];
    return named !== undefined && needsField(named, schemas);
  }
  const hasRequired = (schema.required?.length ?? 0) > 0;
  return hasRequired || (schema.oneOf?.every((alternative) => needsField(alternative, schemas)) ?? false);
}
