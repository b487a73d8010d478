import { operationId } from '../common/http/index.js';

type OperationIdFactory = (controller: string, method: string, path?: string) => string;

const FIRST_VERSION = '1';

/**
 * Returns a function that creates the operation ids of one document. The ids are unique. For example, a second
 * `addItem`, in `OrdersController`, becomes `addItemOfOrders`.
 */
export function uniqueOperationIds(): OperationIdFactory {
  const taken = new Set<string>();
  return (controller, method, path = '') => {
    // Nest passes a path with the version, for example `api/v2`.
    const [version = FIRST_VERSION] = /\d+$/.exec(path) ?? [];
    // Nest passes `list[1]` for the second path of a method.
    const [, name = method, alias = ''] = /^(\w+)\[(\d+)\]$/.exec(method) ?? [];
    const suffix = alias + (version === FIRST_VERSION ? '' : `V${version}`);
    const short = operationId(controller, name) + suffix;
    const id = taken.has(short)
      ? `${operationId('', name)}Of${controller.replace(/Controller$/, '')}${suffix}`
      : short;
    taken.add(id);
    return id;
  };
}
