import { jest } from '@jest/globals';
import { gate } from './gate.js';

type Method = (...args: unknown[]) => Promise<unknown>;

/** Spies on a method without changing its behaviour. */
function spy(service: object, method: string) {
  const methods = service as Record<string, Method>;
  const original = methods[method]!.bind(service);
  return { original, mock: jest.spyOn(methods, method) };
}

/** Pauses the next call of a method after its work; inside a transaction, that is before the commit. */
export function holdAfter<T extends object>(service: T, method: keyof T & string) {
  const { original, mock } = spy(service, method);
  const [finished, released] = [gate(), gate()];
  mock.mockImplementation(async (...args) => {
    mock.mockRestore();
    const result = await original(...args);
    finished.open();
    await released.opened;
    return result;
  });
  return { worked: finished.opened, release: released.open };
}

/** Resolves at the next call of a method. @param matches which calls count. */
export function nextCall<T extends object>(
  service: T,
  method: keyof T & string,
  matches: (...args: unknown[]) => boolean = () => true,
): Promise<void> {
  const { original, mock } = spy(service, method);
  const called = gate();
  mock.mockImplementation((...args) => {
    if (matches(...args)) {
      mock.mockRestore();
      called.open();
    }
    return original(...args);
  });
  return called.opened;
}
