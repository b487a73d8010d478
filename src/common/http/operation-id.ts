/** Methods of these names return many things. */
const LISTS = new Set(['list', 'search']);

const upperFirst = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function singular(noun: string): string {
  if (/(ss|us|is)$/.test(noun)) return noun;
  if (/ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  return noun.replace(/(?<=x|ch|sh|ss)es$|s$/, '');
}

/**
 * The name of an operation in generated clients: `ApiKeysController.list` becomes `listApiKeys`, and
 * `AdminUsersController.create` becomes `adminCreateUser`. A method name of several words stays as it is, except
 * for a last `One`, `Many` or `All`: `OrdersController.findOne` becomes `findOrder`.
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
