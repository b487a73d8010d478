// The parts of an OpenAPI document that the tests read.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface ResponseObject {
  description: string;
  content?: Record<string, { schema?: object; examples?: Record<string, { $ref: string }> }>;
  headers?: Record<string, unknown>;
}

/** The representation of errors in the document. */
export interface ProblemContent {
  schema: {
    allOf: [{ $ref: string }, { properties: { code: { enum: string[] } } }];
  };
  examples: Record<string, { $ref: string }>;
}

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, ResponseObject | { $ref: string }>;
}

export interface Document {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

/** Resolves a reference such as `#/components/headers/RateLimit`; `undefined` if it does not exist. */
export function resolve(document: Document, reference: string): unknown {
  const [, ...names] = reference.split('/');
  return names.reduce<unknown>(
    (found, name) => (found as Record<string, unknown> | undefined)?.[name],
    document,
  );
}

/** Returns every object inside the document, with its path. */
export function walk(value: Json, path = '#'): [string, Record<string, Json>][] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => walk(entry, `${path}/${index}`));
  return [[path, value], ...Object.entries(value).flatMap(([name, entry]) => walk(entry, `${path}/${name}`))];
}
