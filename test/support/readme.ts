import { readFileSync } from 'node:fs';

const README = readFileSync('README.md', 'utf8');

/** What stands between a heading of the second level and the next one. */
export function readmeSection(heading: string): string {
  const [, section] = README.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`The README has no section "${heading}"`);
  return section.split('\n## ')[0]!;
}

/** The cells of every row of every table, without the headings. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  return lines
    .filter(
      (line, index) =>
        line.startsWith('|') && !line.startsWith('| -') && !lines[index + 1]?.startsWith('| -'),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The code blocks of a language, in their order, without the indentation of a list. */
export function codeBlocks(markdown: string, language: string): string[] {
  const blocks = markdown.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return [...blocks].map(([, indentation = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
  );
}

/** A text without the backticks of code. */
export const plain = (cell = ''): string => cell.replaceAll('`', '');
