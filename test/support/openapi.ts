// What the tests read of an OpenAPI document.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Answer {
  description: string;
  content?: Record<
    string,
    { schema?: object; examples?: Record<string, { value: Record<string, unknown> }> }
  >;
  headers?: Record<string, unknown>;
}

export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, Answer>;
}

export interface Document {
  openapi: string;
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

/** Every object inside the document, with the way to it. */
export function walk(value: Json, way = '#'): [string, Record<string, Json>][] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => walk(entry, `${way}/${index}`));
  return [[way, value], ...Object.entries(value).flatMap(([name, entry]) => walk(entry, `${way}/${name}`))];
}
