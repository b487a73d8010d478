import { Controller, Get } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { AccessModule, Authenticated } from '../../common/access/index.js';
import { RouteLimitsReader } from './route-limits.reader.js';

type Windows = Parameters<typeof Throttle>[0];

/** Starts an app with one controller, which has `@Throttle()` on its class (`ofClass`) and on its two methods. */
async function start(list: Windows, find: Windows = {}, ofClass: Windows = {}): Promise<void> {
  @Authenticated()
  @Throttle(ofClass)
  @Controller('orders')
  class OrdersController {
    @Throttle(list)
    @Get()
    list(): void {}

    @Throttle(find)
    @Get(':id')
    find(): void {}
  }
  const module = await Test.createTestingModule({
    imports: [AccessModule],
    controllers: [OrdersController],
    providers: [RouteLimitsReader],
  }).compile();
  await module.init();
  await module.close();
}

const seconds = (limit: number, count = 60) => ({ limit, ttl: count * 1_000 });

describe('an invalid window stops the start', () => {
  it.each<[string, Windows, string]>([
    ['a limit that is a function', { slow: { limit: () => 5, ttl: 60_000 } }, 'limit must be a whole number'],
    ['a limit that is text', { slow: { limit: '5' as never, ttl: 60_000 } }, 'limit must be a whole number'],
    ['a limit of nothing', { slow: { limit: 0, ttl: 60_000 } }, 'limit must be a whole number of at least 1'],
    ['no limit', { slow: { ttl: 60_000 } }, 'limit must be a whole number'],
    [
      'a ttl that is a function',
      { slow: { limit: 5, ttl: () => 60_000 } },
      'ttl must be a positive multiple of 1000',
    ],
    [
      'a ttl in parts of a second',
      { slow: { limit: 5, ttl: 1_500 } },
      'ttl must be a positive multiple of 1000',
    ],
    ['no ttl', { slow: { limit: 5 } }, 'ttl must be a positive multiple of 1000 milliseconds'],
    ['blockDuration', { slow: { ...seconds(5), blockDuration: 60_000 } }, 'blockDuration is not supported'],
    ['getTracker', { slow: { ...seconds(5), getTracker: () => 'x' } }, 'getTracker is not supported'],
    ['generateKey', { slow: { ...seconds(5), generateKey: () => 'x' } }, 'generateKey is not supported'],
    ['a name that no header could hold', { 'a "b"': seconds(5) }, 'the name can contain only letters'],
    ['the name of a policy', { session: seconds(5) }, 'this name is reserved for a built-in policy'],
  ])('%s', async (_what, windows, reason) => {
    const name = Object.keys(windows)[0];
    await expect(start(windows)).rejects.toThrow(
      `@Throttle() on OrdersController.list has an invalid window "${name}": ${reason}`,
    );
  });

  it('one name with two limits', async () => {
    await expect(start({ slow: seconds(5) }, { slow: seconds(6) })).rejects.toThrow(
      '@Throttle() sets two different limits with the name "slow", on OrdersController.list and on OrdersController.find. ' +
        'Use the same limit, or two different names.',
    );
    await expect(start({ slow: seconds(5) }, { slow: seconds(5, 61) })).rejects.toThrow(
      'two different limits',
    );
    await expect(start({ slow: seconds(5) }, {}, { slow: seconds(6) })).rejects.toThrow(
      'two different limits',
    );
  });
});

it.each<[string, Windows, Windows, Windows]>([
  ['one name with one limit', { slow: seconds(5) }, { slow: seconds(5) }, {}],
  ['windows without a name on two routes', { default: seconds(5) }, { default: seconds(6) }, {}],
  [
    'a class whose windows all methods replace',
    { slow: seconds(5) },
    { slow: seconds(5) },
    { slow: seconds(9) },
  ],
])('starts with %s', async (_what, list, find, ofClass) => {
  await expect(start(list, find, ofClass)).resolves.toBeUndefined();
});

it('lets a method skip a window of its class, or take one back', async () => {
  @Authenticated()
  @Throttle({ slow: seconds(5), fast: seconds(50) })
  @SkipThrottle({ fast: true })
  @Controller('orders')
  class OrdersController {
    @Get('both')
    @SkipThrottle({ fast: false })
    both(): void {}

    @Get('slow')
    slow(): void {}

    @Get('none')
    @SkipThrottle()
    none(): void {}

    @Get('own')
    @Throttle({ own: seconds(7) })
    @SkipThrottle({ slow: true })
    own(): void {}
  }

  const module = await Test.createTestingModule({
    imports: [AccessModule],
    controllers: [OrdersController],
    providers: [RouteLimitsReader],
  }).compile();
  const reader = module.get(RouteLimitsReader);
  const names = (method: keyof OrdersController) => {
    const handler = Reflect.get(OrdersController.prototype, method);
    const context = { getHandler: () => handler, getClass: () => OrdersController } as never;
    return reader.of(context).windows.map(({ name }) => name);
  };
  expect(names('both')).toEqual(['slow', 'fast']);
  expect(names('slow')).toEqual(['slow']);
  expect(names('none')).toEqual([]);
  expect(names('own')).toEqual(['own']);
  await module.close();
});
