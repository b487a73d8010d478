import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { section } from '../support/documents.js';

/** The files of the example module in docs/extending.md, by their whole path. */
function exampleFiles(): Map<string, string> {
  const text = section('docs/extending.md', 'A complete example');
  const files = text.matchAll(/^`(\S+\.ts)`\n\n```ts\n([^]*?)^```$/gm);
  return new Map([...files].map(([, path = '', code = '']) => [resolve(path), code]));
}

/** Compiles the files as if they were in the repository, and returns the compiler's errors. */
function compile(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  const folders = [...files.keys()].flatMap((file) => [dirname(file), dirname(dirname(file))]);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => files.get(path) ?? ts.sys.readFile(path);
  host.directoryExists = (path) => folders.includes(path) || ts.sys.directoryExists(path);
  host.getSourceFile = (path, target) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

describe('The example module of docs/extending.md', () => {
  it('compiles as it is printed', () => {
    const files = exampleFiles();

    expect(files.size).toBe(10);
    expect(compile(files)).toEqual([]);
  });
});
