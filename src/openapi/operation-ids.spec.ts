import { operationId } from '../common/http/index.js';
import { uniqueOperationIds } from './operation-ids.js';

it.each([
  ['ApiKeysController', 'list', 'listApiKeys'],
  ['ApiKeysController', 'create', 'createApiKey'],
  ['ApiKeysController', 'get', 'getApiKey'],
  ['OrdersController', 'findAll', 'findOrders'],
  ['OrdersController', 'findOne', 'findOrder'],
  ['OrdersController', 'removeMany', 'removeOrders'],
  ['OrdersController', 'cancelItem', 'cancelItem'],
  ['CategoriesController', 'update', 'updateCategory'],
  ['BoxesController', 'remove', 'removeBox'],
  ['AddressesController', 'remove', 'removeAddress'],
  ['StatusController', 'show', 'showStatus'],
  ['PingController', 'ping', 'ping'],
  ['AdminUsersController', 'list', 'adminListUsers'],
  ['AdminUsersController', 'create', 'adminCreateUser'],
  ['AdminUsersController', 'resetPassword', 'adminResetPassword'],
  ['AdminController', 'show', 'showAdmin'],
])('names %s.%s %s', (controller, method, id) => expect(operationId(controller, method)).toBe(id));

it('creates no id twice', () => {
  const id = uniqueOperationIds();
  expect(id('OrdersController', 'addItem', 'api/v1')).toBe('addItem');
  expect(id('CartsController', 'addItem', 'api/v1')).toBe('addItemOfCarts');
  expect(id('OrdersController', 'list', 'api/v1')).toBe('listOrders');
  expect(id('OrdersController', 'list', 'api/v2')).toBe('listOrdersV2');
  expect(id('HealthController', 'check[0]')).toBe('checkHealth0');
  expect(id('HealthController', 'check[1]')).toBe('checkHealth1');
});
