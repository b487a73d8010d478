/** The product of all values of all query parameters. */
export const combinations = (...fields: (readonly string[])[]): string[] =>
  fields.reduce<string[]>(
    (all, values) => all.flatMap((query) => values.map((value) => query + value)),
    [''],
  );

/** One query parameter with each of its values, each beginning with `&`. */
export const field = (name: string, values: readonly (string | number)[]): string[] =>
  values.map((value) => `&${name}=${encodeURIComponent(value)}`);
