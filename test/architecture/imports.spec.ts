import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const ROOT = process.cwd();
const IMPORT = /^(?:import|export)\b[^;'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gms;

/** The parts of the program and which other parts each may import. Add a row for each new module. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  migrations: ['src/database'],
  'src/common': [],
  'src/settings': ['src/common'],
  'src/database': ['src/common', 'src/settings'],
  'src/redis': ['src/common', 'src/settings'],
  'src/invalidation': ['src/common', 'src/settings', 'src/database', 'src/redis'],
  // The outermost layers: only the composition root imports them.
  'src/http-server': ['src/common', 'src/settings', 'src/openapi', 'src/modules/health'],
  'src/openapi': [
    'src/common',
    'src/settings',
    'src/modules/users',
    'src/modules/api-keys',
    'src/modules/rate-limit',
    'src/modules/auth',
  ],
  'src/modules/hashing': ['src/common', 'src/settings'],
  'src/modules/users': [
    'src/common',
    'src/settings',
    'src/database',
    'src/invalidation',
    'src/modules/hashing',
  ],
  'src/modules/api-keys': [
    'src/common',
    'src/settings',
    'src/database',
    'src/invalidation',
    'src/modules/hashing',
    'src/modules/users',
  ],
  'src/modules/usage': ['src/common', 'src/settings', 'src/database', 'src/modules/api-keys'],
  'src/modules/instances': ['src/common', 'src/settings', 'src/database', 'src/redis'],
  'src/modules/rate-limit': [
    'src/common',
    'src/settings',
    'src/database',
    'src/redis',
    'src/modules/instances',
  ],
  'src/modules/auth': [
    'src/common',
    'src/settings',
    'src/database',
    'src/modules/users',
    'src/modules/api-keys',
    'src/modules/usage',
    'src/modules/rate-limit',
  ],
  'src/modules/admin': [
    'src/common',
    'src/settings',
    'src/database',
    'src/modules/users',
    'src/modules/api-keys',
    'src/modules/usage',
    'src/modules/rate-limit',
    'src/modules/auth',
  ],
  'src/modules/console': [
    'src/common',
    'src/settings',
    'src/modules/users',
    'src/modules/api-keys',
    'src/modules/usage',
    'src/modules/rate-limit',
    'src/modules/auth',
    'src/modules/admin',
  ],
  'src/commands': [
    'migrations',
    'src/common',
    'src/settings',
    'src/database',
    'src/invalidation',
    'src/modules/users',
    'src/modules/api-keys',
    'src/modules/auth',
  ],
  'src/modules/ping': ['src/common', 'src/settings'],
  'src/modules/health': ['src/common', 'src/settings', 'src/database', 'src/redis', 'src/modules/instances'],
};

/** Parts without an index file: their files may be imported one by one. */
const OPEN_PARTS = ['src/common', 'src/http-server', 'src/openapi'];
/** The composition root may import every part, through its index file. */
const ASSEMBLY = [
  'src/main.ts',
  'src/admin.ts',
  'src/app.module.ts',
  'src/app.setup.ts',
  'src/data-source.ts',
];

/** Packages and built-in modules that only some files may import. */
const RESERVED: readonly { readonly name: string; readonly pattern: RegExp; readonly allowed: RegExp }[] = [
  {
    name: 'Fastify',
    pattern: /^(fastify|@fastify\/.*|@nestjs\/platform-fastify)$/,
    allowed: /^src\/(main\.ts|app\.setup\.ts|http-server\/.*|openapi\/.*)$/,
  },
  {
    name: "TypeORM's query API",
    pattern: /^typeorm$/,
    allowed: /^(migrations\/.*|src\/data-source\.ts|src\/database\/.*|src\/.*\.(repository|entity)\.ts)$/,
  },
  {
    name: "TypeORM's Nest module",
    pattern: /^@nestjs\/typeorm$/,
    allowed: /^src\/.*\.module\.ts$/,
  },
  {
    name: 'a database driver',
    pattern: /^(libsql|better-sqlite3|mysql2)(\/.*)?$/,
    allowed: /^src\/database\/.*$/,
  },
  {
    name: 'Redis',
    pattern: /^ioredis$/,
    allowed:
      /^src\/(redis\/.*|invalidation\/redis-hint\.relay\.ts|modules\/rate-limit\/windows\/redis-window\.storage\.ts)$/,
  },
  { name: 'bcrypt', pattern: /^bcrypt$/, allowed: /^src\/modules\/hashing\/.*$/ },
  { name: 'Passport', pattern: /^(passport.*|@nestjs\/passport)$/, allowed: /^src\/modules\/auth\/.*$/ },
  { name: 'the throttler', pattern: /^@nestjs\/throttler$/, allowed: /^src\/modules\/rate-limit\/.*$/ },
  { name: 'a test tool', pattern: /^(jest|@jest\/.*|supertest|@nestjs\/testing)$/, allowed: /^$/ },
];

interface Import {
  readonly file: string;
  /** A package name, or the path of a file of this project. */
  readonly target: string;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /(?<!\.spec|\.d)\.tsx?$/.test(path));

const FILES = [...filesBelow('src'), ...filesBelow('migrations')];
const SOURCES = new Map(FILES.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

const importsOf = (file: string): Import[] =>
  [...SOURCES.get(file)!.matchAll(IMPORT)].map(([, from, bare, lazy]) => {
    const target = (from ?? bare ?? lazy)!;
    const isInternal = target.startsWith('.');
    const path = normalize(join(dirname(file), target)).replace(/\.js$/, '.ts');
    return { file, target: isInternal ? (SOURCES.has(path) ? path : `${path}x`) : target };
  });

const importStatements = (file: string): string[] =>
  [...SOURCES.get(file)!.matchAll(IMPORT)].map(([statement]) => statement);

const IMPORTS = FILES.flatMap(importsOf);
const partOf = (path: string): string | undefined =>
  Object.keys(MAY_IMPORT).find((part) => path.startsWith(`${part}/`));
const isInternal = (path: string): boolean => SOURCES.has(path);
const show = ({ file, target }: Import): string => `${file} imports ${target}`;

it('reads the imports of every file', () => {
  expect(FILES.length).toBeGreaterThan(100);
  expect(IMPORTS.map(show)).toEqual(
    expect.arrayContaining([
      'src/main.ts imports reflect-metadata',
      'src/app.module.ts imports src/modules/users/index.ts',
      'src/modules/api-keys/api-keys.repository.ts imports typeorm',
      'src/database/index.ts imports src/database/dialect/dialect-of.ts',
    ]),
  );
});

it('resolves every import to a file', () => {
  const missing = IMPORTS.filter(
    ({ target }) => /^(src|migrations|\.\.)\//.test(target) && !isInternal(target),
  );
  expect(missing.map(show)).toEqual([]);
});

it('assigns every file to a part in the table', () => {
  expect(FILES.filter((file) => !partOf(file) && !ASSEMBLY.includes(file))).toEqual([]);
  const folders = readdirSync(join(ROOT, 'src/modules')).map((name) => `src/modules/${name}`);
  expect(Object.keys(MAY_IMPORT)).toEqual(expect.arrayContaining(folders));
});

it('has no cycles in the table', () => {
  const reaches = (from: string, to: string): boolean =>
    MAY_IMPORT[from]!.some((part) => part === to || reaches(part, to));
  expect(Object.keys(MAY_IMPORT).filter((part) => reaches(part, part))).toEqual([]);
});

it('lets parts import only what their row allows', () => {
  const wrong = IMPORTS.filter(({ file, target }) => {
    const [from, to] = [partOf(file), partOf(target)];
    if (!isInternal(target) || from === undefined || from === to) return false;
    return to === undefined || !MAY_IMPORT[from]!.includes(to);
  });
  expect(wrong.map(show)).toEqual([]);
});

it('imports a part only through its index file', () => {
  const wrong = IMPORTS.filter(({ file, target }) => {
    const to = partOf(target);
    if (to === undefined || to === partOf(file) || OPEN_PARTS.includes(to)) return false;
    return relative(to, target) !== 'index.ts';
  });
  expect(wrong.map(show)).toEqual([]);
});

/** Each layer of `common` may import those before it. */
const LAYERS = ['text', 'errors', 'http', 'access', 'validation', 'pagination'];

it('keeps the layers of common in one direction', () => {
  const layerOf = (path: string): string | undefined => /^src\/common\/(\w+)\//.exec(path)?.[1];
  const used = new Set(FILES.flatMap((file) => layerOf(file) ?? []));
  expect([...used].sort()).toEqual([...LAYERS].sort());
  const upwards = IMPORTS.filter(({ file, target }) => {
    const [from, to] = [layerOf(file), layerOf(target)];
    return from !== undefined && to !== undefined && LAYERS.indexOf(to) > LAYERS.indexOf(from);
  });
  expect(upwards.map(show)).toEqual([]);
});

it('lets no file import the composition root', () => {
  expect(
    IMPORTS.filter(({ file, target }) => ASSEMBLY.includes(target) && !ASSEMBLY.includes(file)).map(show),
  ).toEqual([]);
});

it('lets migrations import only TypeORM, the database and the logger', () => {
  const allowed = ['typeorm', '@nestjs/common'];
  const wrong = IMPORTS.filter(
    ({ file, target }) => partOf(file) === 'migrations' && !isInternal(target) && !allowed.includes(target),
  );
  expect(wrong.map(show)).toEqual([]);
});

it.each(RESERVED)('mentions $name only where it is allowed', ({ pattern, allowed }) => {
  const wrong = IMPORTS.filter(({ file, target }) => pattern.test(target) && !allowed.test(file));
  expect(wrong.map(show)).toEqual([]);
});

it("lets only admin code use operations on all users' keys", () => {
  const names = /\b(AdminApiKeysService|BulkRevocationService|ApiKeysAdministrationModule)\b/;
  const users = FILES.filter((file) => importStatements(file).some((statement) => names.test(statement)));
  const allowed =
    /^src\/(modules\/(api-keys\/administration|admin|console\/admin)\/.*|modules\/console\/console\.module\.ts|commands\/.*)$/;
  expect(users.length).toBeGreaterThan(5);
  expect(users.filter((file) => !allowed.test(file))).toEqual([]);
});

it('reads environment variables only at process start', () => {
  const readers = FILES.filter((file) => /\bprocess\.env\b|['"]node:process['"]/.test(SOURCES.get(file)!));
  // The last one only prints the variable in example requests for users to copy.
  const allowed =
    /^src\/(settings\/.*|main\.ts|admin\.ts|data-source\.ts|modules\/console\/api-keys\/request-examples\.ts)$/;
  expect(readers.filter((file) => !allowed.test(file))).toEqual([]);
});

it('reads the time only from the clock', () => {
  const readers = FILES.filter((file) =>
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/.test(SOURCES.get(file)!),
  );
  expect(readers).toEqual(['src/common/clock.ts']);
});

/** The roles of injectables, as in their file names. Add only roles that Nest developers know. */
const ROLES =
  'authenticator|bus|cache|feed|filter|guard|interceptor|limiter|link|logger|pipe|pruner|queue|reader|recorder|relay|renderer|repository|service|storage|strategy|verifier';

it('names the file of each injectable <thing>.<role>.ts', () => {
  const injectables = FILES.filter((file) => /^@(?:Injectable|Catch)\(/m.test(SOURCES.get(file)!));
  expect(injectables.length).toBeGreaterThan(50);
  const wrong = injectables.filter((file) => !new RegExp(`/[\\w-]+\\.(?:${ROLES})\\.tsx?$`).test(file));
  expect(wrong).toEqual([]);
});

it('imports project files with their extension and without aliases', () => {
  const specifiers = FILES.flatMap((file) =>
    [...SOURCES.get(file)!.matchAll(IMPORT)].map(
      ([, from, bare, lazy]) => `${file}: ${from ?? bare ?? lazy}`,
    ),
  );
  expect(specifiers.filter((line) => /: (\.\.?(\/.*)?(?<!\.js)|src\/.*|[@~]\/.*|#.*)$/.test(line))).toEqual(
    [],
  );
});
