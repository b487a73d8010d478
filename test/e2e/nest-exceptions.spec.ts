import {
  BadRequestException,
  BadGatewayException,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Injectable,
  InternalServerErrorException,
  MethodNotAllowedException,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  ParseUUIDPipe,
  PayloadTooLargeException,
  Query,
  ServiceUnavailableException,
  UnauthorizedException,
  UseGuards,
  VERSION_NEUTRAL,
  type CanActivate,
} from '@nestjs/common';
import { Authenticated, Public } from '../../src/common/access/index.js';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';
import { LogLines } from '../support/log-lines.js';
import { expectProblem } from '../support/problem.js';

@Injectable()
class NobodyGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

const KEY = 'chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN';

const THROWN: Record<string, () => unknown> = {
  unreason: () => new NotFoundException(),
  missing: () => new NotFoundException('There is no order 7.'),
  leaky: () => new NotFoundException(`Nobody has ${KEY}.`),
  closed: () => new ConflictException('The order is closed.', { errorCode: 'order_closed' }),
  badCode: () => new ConflictException('The order is closed.', { errorCode: 'Not a code' }),
  several: () => new BadRequestException(['size must be a number', 'color is unknown']),
  bare: () => new BadRequestException(),
  unsigned: () => new UnauthorizedException('The signature is wrong.'),
  denied: () => new ForbiddenException('Orders are closed on Sundays.'),
  method: () => new MethodNotAllowedException(),
  large: () => new PayloadTooLargeException('An order has at most 10 lines.'),
  own: () => new HttpException({ message: 'Short and stout.', secret: 'inside' }, 418),
  price: () => new HttpException('', 402),
  odd: () => new HttpException('Odd.', 499),
  redirect: () => new HttpException('Elsewhere', 302),
  error: () => new HttpException(new Error('SELECT secret'), 409),
  busy: () => new ServiceUnavailableException('SELECT secret FROM pool'),
  upstream: () => new BadGatewayException('SELECT secret FROM upstream'),
  broken: () => new InternalServerErrorException('SELECT secret FROM x'),
  reset: () => new ServiceUnavailableException('Try later.', { cause: new Error('connect ECONNRESET') }),
  failed: () => Object.assign(new Error('SELECT secret FROM y'), { statusCode: 503 }),
  strange: () => Object.assign(new Error('SELECT secret FROM z'), { statusCode: 302 }),
};

@Authenticated()
@Controller('orders')
class OrdersController {
  @Get('uuid/:id')
  byUuid(@Param('id', ParseUUIDPipe) id: string): object {
    return { id };
  }

  @Get('page')
  page(@Query('page', ParseIntPipe) page: number): object {
    return { page };
  }

  @UseGuards(NobodyGuard)
  @Get('nobody')
  nobody(): object {
    return {};
  }

  @Get('thrown/:name')
  thrown(@Param('name') name: string): never {
    throw THROWN[name]!();
  }
}

@Public()
@Controller({ path: 'orders-page', version: VERSION_NEUTRAL })
class OrdersPage {
  @Get(':name')
  thrown(@Param('name') name: string): never {
    throw THROWN[name]!();
  }
}

@Module({ controllers: [OrdersController, OrdersPage], providers: [NobodyGuard] })
class OrdersModule {}

let app: TestApp;
let key: string;
let log: LogLines;

beforeAll(async () => {
  app = await TestApp.start(DATABASES[0]!, { imports: [OrdersModule] });
  ({ key } = await app.createCaller());
});

beforeEach(() => (log = LogLines.record()));
afterEach(() => log.stop());
afterAll(() => app.stop());

const get = (path: string) => app.http.get(`/api/v1/orders/${path}`).set('X-API-Key', key);

it.each([
  ['uuid/7', 400, 'malformed_request', 'Validation failed (uuid is expected)'],
  ['page?page=x', 400, 'malformed_request', 'Validation failed (numeric string is expected)'],
  ['nobody', 403, 'forbidden', "You don't have permission to do this."],
  ['thrown/unreason', 404, 'not_found', 'This path does not exist.'],
  ['thrown/missing', 404, 'not_found', 'There is no order 7.'],
  ['thrown/leaky', 404, 'not_found', 'Nobody has [key].'],
  ['thrown/closed', 409, 'order_closed', 'The order is closed.'],
  ['thrown/badCode', 409, 'conflict', 'The order is closed.'],
  ['thrown/several', 400, 'malformed_request', 'size must be a number; color is unknown'],
  ['thrown/bare', 400, 'malformed_request', 'The request is invalid.'],
  ['thrown/unsigned', 401, 'unauthorized', 'The signature is wrong.'],
  ['thrown/denied', 403, 'forbidden', 'Orders are closed on Sundays.'],
  ['thrown/method', 405, 'method_not_allowed', 'This path does not support this HTTP method.'],
  ['thrown/large', 413, 'payload_too_large', 'An order has at most 10 lines.'],
  ['thrown/own', 418, 'i_m_a_teapot', 'Short and stout.'],
  ['thrown/price', 402, 'payment_required', 'Payment Required.'],
  ['thrown/odd', 499, 'status_499', 'Odd.'],
  ['thrown/error', 409, 'conflict', 'Conflict.'],
])('%s becomes %d %s', async (path, status, code, detail) => {
  const problem = expectProblem(await get(path), status, code);
  expect(problem.detail).toBe(detail);
  expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'requestId', 'status', 'title', 'type']);
  expect(log.lines).toEqual([]);
});

it.each([
  ['busy', 503, 'unavailable', '1'],
  ['upstream', 502, 'bad_gateway', undefined],
  ['broken', 500, 'internal_error', undefined],
  ['redirect', 500, 'internal_error', undefined],
  ['reset', 503, 'unavailable', '1'],
  ['failed', 500, 'internal_error', undefined],
  ['strange', 500, 'internal_error', undefined],
])('%s becomes %d without its message, which is only logged', async (name, status, code, retryAfter) => {
  const response = await get(`thrown/${name}`);
  const { detail } = expectProblem(response, status, code);
  expect(detail).not.toMatch(/SELECT|Elsewhere/);
  expect(response.headers['retry-after']).toBe(retryAfter);
  const { message, cause } = THROWN[name]!() as Error;
  expect(
    log.about(new RegExp(`${status} .*${cause instanceof Error ? cause.message : message}`)),
  ).toHaveLength(1);
});

it("does not reveal where the documentation's files are stored", async () => {
  const { body } = await app.http.get(`/api/docs/${KEY}.js`).expect(404);
  expect(body).toMatchObject({ code: 'not_found', detail: 'This path does not exist.' });
});

it('shows exceptions on pages too, with the messages that a team wrote', async () => {
  const page = (name: string) => app.http.get(`/orders-page/${name}`).set('Accept-Language', 'en');
  const closed = await page('closed').expect(409);
  expect(closed.headers['content-type']).toMatch(/^text\/html/);
  expect(closed.text).toContain('The order is closed.');
  const upstream = await page('upstream').expect(502);
  expect(upstream.text).toContain('Something went wrong');
  expect(upstream.text).not.toMatch(/SELECT|Bad Gateway/);
});
