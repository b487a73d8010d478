// `nest generate` writes relative imports without an extension, which ESM does not resolve. Every schematic of
// collection.json runs Nest's own one and then adds the extension to the files that it wrote.
const { chain, externalSchematic } = require('@angular-devkit/schematics');

const RELATIVE_IMPORT = /(from\s+['"])(\.{1,2}\/[^'"]+?)(?:\.js)?(['"])/g;

const addExtensions = (tree) => {
  for (const { kind, path } of tree.actions) {
    if ((kind !== 'c' && kind !== 'o') || !path.endsWith('.ts')) continue;
    const source = tree.readText(path);
    tree.overwrite(path, source.replace(RELATIVE_IMPORT, '$1$2.js$3'));
  }
};

const withExtensions = (name) => (options) =>
  chain([externalSchematic('@nestjs/schematics', name, options), addExtensions]);

for (const name of Object.keys(require('./collection.json').schematics)) exports[name] = withExtensions(name);
