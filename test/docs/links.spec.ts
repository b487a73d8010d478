// Checks that documents and comments cite only files and headings that exist.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { headings } from '../support/documents.js';

const MAX_README_BYTES = 10_000;

const isFile = (path: string): boolean => statSync(path).isFile();
const filesIn = (folder: string, recursive: boolean): string[] =>
  readdirSync(folder, { recursive, encoding: 'utf8' })
    .map((path) => join(folder, path))
    // `npm run check` installs packages in a folder of .ci.
    .filter((path) => !path.includes('node_modules') && isFile(path));

const FILES = [
  ...filesIn('.', false),
  ...['.ci', 'docs', 'migrations', 'src', 'test'].flatMap((folder) => filesIn(folder, true)),
];
const DOCUMENTS = FILES.filter((file) => extname(file) === '.md');
const SOURCES = FILES.filter((file) => /\.(?:[cm]?[jt]sx?|css|c)$/.test(file) || file.startsWith('.ci/'));

const read = (file: string): string => readFileSync(file, 'utf8');
const withoutCode = (markdown: string): string => markdown.replace(/^( *)```[^]*?^\1```$/gm, '');

/** The anchor that GitHub generates for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

/** Returns why a link is broken, or `null`. */
function linkProblem(from: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!existsSync(file)) return `${file} does not exist`;
  if (anchor === undefined || extname(file) !== '.md') return null;
  return headings(read(file)).some((heading) => anchorOf(heading) === anchor)
    ? null
    : `${file} has no #${anchor}`;
}

it('has a short README', () => {
  expect(statSync('README.md').size).toBeLessThanOrEqual(MAX_README_BYTES);
});

it('has no broken relative links or anchors', () => {
  const links = DOCUMENTS.flatMap((file) =>
    [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => ({ file, link })),
  );
  expect(links.length).toBeGreaterThan(50);

  const broken = links.flatMap(({ file, link }) => {
    const problem = linkProblem(file, link);
    return problem === null ? [] : [`${file}: ${link}: ${problem}`];
  });
  expect(broken).toEqual([]);
});

it('links every document from the README or another document', () => {
  const linked = DOCUMENTS.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)\s#]+)/g)].map(([, path]) => normalize(join(dirname(file), path!))),
  );
  expect(DOCUMENTS.filter((file) => file !== 'README.md' && !linked.includes(file))).toEqual([]);
});

it('lists only existing files and folders in the maps of the source code', () => {
  const named = ['docs/architecture.md', 'docs/performance.md'].flatMap((document) =>
    [...withoutCode(read(document)).matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\.tsx?))`/g)].map(
      ([, path]) => path!,
    ),
  );
  expect(named.length).toBeGreaterThan(50);

  const exists = (path: string): boolean =>
    FILES.some((file) =>
      path.endsWith('/') ? `/${file}`.includes(`/${path}`) : `/${file}`.endsWith(`/${path}`),
    );
  expect(named.filter((path) => !exists(path))).toEqual([]);
});

/** A citation in a comment or message: `docs/api.md`, or a heading in it, as in `docs/api.md, "Rate limits"`. */
const CITATION =
  /(?<![\w/])(docs\/[\w-]+\.\w+|README\.md|SECURITY\.md|CONTRIBUTING\.md)(?:, ["“]([^"”\n]+)["”])?/g;

it('cites only existing documents and headings in comments and messages', () => {
  const citations = SOURCES.flatMap((source) => {
    // A citation may continue on the next line of a comment.
    const text = read(source).replace(/\n\s*(?:\*|\/\/) /g, ' ');
    return [...text.matchAll(CITATION)].map(([, file, heading]) => ({ source, file: file!, heading }));
  });
  expect(citations.filter(({ heading }) => heading !== undefined).length).toBeGreaterThan(20);

  const wrong = citations.filter(
    ({ file, heading }) =>
      !existsSync(file) || (heading !== undefined && !headings(read(file)).includes(heading)),
  );
  expect(wrong).toEqual([]);
});

it('does not mention the former specification, which is not in the repository', () => {
  const name = ['contract', 'md'].join('.');
  const texts = FILES.filter((file) => !/\.(?:png|log)$/.test(file));
  expect(texts.filter((file) => read(file).includes(name))).toEqual([]);
});
