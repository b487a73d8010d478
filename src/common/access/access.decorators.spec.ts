import { Controller, Get, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Authenticated, Public, Roles, SessionOnly } from './access.decorators.js';
import { AccessModule } from './access.module.js';

const ONE_RULE =
  "has two access rules. Combine them in one decorator, for example @SessionOnly({ roles: ['admin'] }).";

describe('two access rules on one target', () => {
  it('fail at load and name the method', () => {
    const load = () => {
      class OrdersController {
        @SessionOnly()
        @Roles('admin')
        list(): void {}
      }
      return OrdersController;
    };
    expect(load).toThrow(`OrdersController.list ${ONE_RULE}`);
  });

  it('fail at load and name the class', () => {
    const load = () => {
      @Roles('admin')
      @Authenticated()
      class OrdersController {}
      return OrdersController;
    };
    expect(load).toThrow(`OrdersController ${ONE_RULE}`);
  });

  it('do not include the rule of a parent class, which a class may replace', () => {
    @Roles('admin')
    class Parent {}
    @Authenticated()
    class Child extends Parent {}
    expect(new Child()).toBeInstanceOf(Parent);
  });
});

describe("a method's rule that is wider than its class's", () => {
  /**
   * Starts an app with one controller. The controller has the rule `ofClass`, and its only method has the rule
   * `ofMethod`.
   */
  async function start(
    ofClass: ReturnType<typeof Authenticated>,
    ofMethod: ReturnType<typeof Authenticated>,
  ): Promise<void> {
    @ofClass
    @Controller('orders')
    class OrdersController {
      @ofMethod
      @Get()
      list(): void {}
    }
    const controllers: Type[] = [OrdersController];
    const module = await Test.createTestingModule({ imports: [AccessModule], controllers }).compile();
    await module.init();
    await module.close();
  }

  it.each([
    ['a public method', Authenticated(), Public(), 'the method is public, but the class is not'],
    ['keys', SessionOnly(), Authenticated(), 'the class does not allow api_key'],
    ['any role', Roles('admin'), Authenticated(), 'the class requires the role admin'],
    ['any role by session', Roles('admin'), SessionOnly(), 'the class requires the role admin'],
    ['another role', Roles('admin'), Roles('admin', 'premium'), 'the class requires the role admin'],
    [
      'keys of the same role',
      SessionOnly({ roles: ['admin'] }),
      Roles('admin'),
      'the class does not allow api_key',
    ],
  ])('stops the start: %s', async (_what, ofClass, ofMethod, reason) => {
    await expect(start(ofClass, ofMethod)).rejects.toThrow(
      `OrdersController.list allows callers that its class rejects: ${reason}.`,
    );
  });

  it.each([
    ['a method that repeats it', SessionOnly(), SessionOnly()],
    ['sessions only', Authenticated(), SessionOnly()],
    ['fewer roles', Roles('admin', 'premium'), Roles('admin')],
    ['sessions of the same role', Roles('admin'), SessionOnly({ roles: ['admin'] })],
    ['callers only', Public(), Authenticated()],
    ['another budget', Public(), Public({ policy: 'sign-in' })],
    ['a temporary password', SessionOnly(), SessionOnly({ allowsTemporaryPassword: true })],
  ])('is none: %s', async (_what, ofClass, ofMethod) => {
    await expect(start(ofClass, ofMethod)).resolves.toBeUndefined();
  });
});
