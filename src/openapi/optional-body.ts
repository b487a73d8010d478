import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Marks a body as optional if all its fields are optional. Nest marks every body as required. */
export function makeBodyOptional({ components }: OpenAPIObject, { requestBody }: Operation): void {
  if (!requestBody || '$ref' in requestBody) return;
  const schema = requestBody.content['application/json']?.schema;
  requestBody.required = schema !== undefined && hasRequiredField(schema, components?.schemas ?? {});
}

/** Returns whether an empty object is invalid for this schema. */
function hasRequiredField(schema: Schemas[string], schemas: Schemas): boolean {
  if ('$ref' in schema) {
    const named = schemas[schema.$ref.split('/').at(-1)!];
    return named !== undefined && hasRequiredField(named, schemas);
  }
  const requiresField = (schema.required?.length ?? 0) > 0;
  return (
    requiresField || (schema.oneOf?.every((alternative) => hasRequiredField(alternative, schemas)) ?? false)
  );
}
