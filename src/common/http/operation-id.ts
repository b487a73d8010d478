/** The names of controller methods that return several entries. In their operation ids, the resource stays plural. */
const LISTS = new Set(['list', 'search']);

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function singular(noun: string): string {
  if (/(ss|us|is)$/.test(noun)) return noun;
  if (/ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  return noun.replace(/(?<=x|ch|sh|ss)es$|s$/, '');
}

/**
 * Returns the id of an operation in the OpenAPI document. Client generators use it as a function name. For example,
 * `ApiKeysController.list` becomes `listApiKeys`, and `AdminUsersController.create` becomes `adminCreateUser`. A method
 * name with several words stays unchanged, unless its second and last word is `One`, `Many` or `All`. For example,
 * `OrdersController.findOne` becomes `findOrder`.
 */
export function operationId(controller: string, method: string): string {
  const [, admin, resource = ''] =
    /^(Admin(?=[A-Z])(?!Controller))?(.*?)(?:Controller)?$/.exec(controller) ?? [];
  const name = nameOf(resource, method);
  return admin ? `admin${upperFirst(name)}` : name;
}

function nameOf(resource: string, method: string): string {
  const [, verb, quantity] = /^([a-z]+)(One|Many|All)?$/.exec(method) ?? [];
  if (verb === undefined || verb === resource.toLowerCase()) return method;
  const isPlural = quantity ? quantity !== 'One' : LISTS.has(verb);
  return verb + (isPlural ? resource : singular(resource));
}
