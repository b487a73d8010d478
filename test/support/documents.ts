import { readFileSync } from 'node:fs';

const HEADING = /^(#+) (.+)$/;

/** The lines of a Markdown file, each with whether it is inside a code block. */
function linesOf(markdown: string): { readonly text: string; readonly isCode: boolean }[] {
  let isCode = false;
  return markdown.split('\n').map((text) => {
    const isFence = /^\s*```/.test(text);
    if (isFence) isCode = !isCode;
    return { text, isCode: isCode || isFence };
  });
}

/** The headings of a Markdown file in their order, without those that code blocks contain. */
export const headings = (markdown: string): string[] =>
  linesOf(markdown).flatMap(({ text, isCode }) => (isCode ? [] : (HEADING.exec(text)?.[2] ?? [])));

/** The text below a heading of a document, up to the next heading of the same level or a higher one. */
export function section(file: string, heading: string): string {
  const lines = linesOf(readFileSync(file, 'utf8'));
  const levels = lines.map(({ text, isCode }) => (isCode ? 0 : (HEADING.exec(text)?.[1]?.length ?? 0)));
  const start = lines.findIndex(
    ({ text }, index) => levels[index]! > 0 && HEADING.exec(text)![2] === heading,
  );
  if (start === -1) throw new Error(`${file} has no heading "${heading}"`);
  const length = levels.slice(start + 1).findIndex((level) => level > 0 && level <= levels[start]!);
  const end = length === -1 ? lines.length : start + 1 + length;
  return lines
    .slice(start + 1, end)
    .map(({ text }) => text)
    .join('\n');
}

/** The cells of every table row, without header rows. */
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

/** The code blocks of a language, in order, without list indentation. */
export function codeBlocks(markdown: string, language: string): string[] {
  const blocks = markdown.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return [...blocks].map(([, indentation = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
  );
}

/** Text without the backticks of code. */
export const plain = (cell = ''): string => cell.replaceAll('`', '');
