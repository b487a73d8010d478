import { jest } from '@jest/globals';
import { ServerLogger } from './logger.js';

type Level = ConstructorParameters<typeof ServerLogger>[0]['logLevel'];

/** Logs one line at each level and one setup line of Nest, and returns the lines that a logger of this level writes. */
function written(logLevel: Level, nodeEnv = 'development'): string[] {
  const lines: string[] = [];
  const keep = (text: unknown) => (lines.push(String(text)), true);
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation(keep),
  );
  const logger = new ServerLogger({ logLevel, nodeEnv });
  logger.log('a setup', 'RoutesResolver');
  logger.debug('a debug', 'Test');
  logger.log('a log', 'Test');
  logger.warn('a warn', 'Test');
  logger.error('an error', undefined, 'Test');
  for (const spy of spies) spy.mockRestore();
  return lines;
}

const named = (lines: string[]) =>
  lines.map((line) => /a setup|a debug|a log|a warn|an error/.exec(line)?.[0]);

it.each([
  ['error', ['an error']],
  ['warn', ['a warn', 'an error']],
  ['info', ['a log', 'a warn', 'an error']],
  ['debug', ['a setup', 'a debug', 'a log', 'a warn', 'an error']],
] as const)('writes at the level %s', (level, expected) => expect(named(written(level))).toEqual(expected));

it('writes JSON in production', () => {
  const [line] = written('error', 'production');
  expect(JSON.parse(line!)).toMatchObject({ level: 'error', message: 'an error', context: 'Test' });
  expect(() => JSON.parse(written('error')[0]!) as unknown).toThrow();
});
