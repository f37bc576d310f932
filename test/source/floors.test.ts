// A test of the source itself: which folder may import which, what the pure floors may not touch, no circles,
// no file that nothing reaches, no file that grew a second idea.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folder → folders of ours that it may import. `type:` allows types only. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  probes: ['model'],
  transport: ['type:model'],
  monitor: ['model', 'probes', 'transport'],
  actions: ['model', 'type:transport'],
  simulator: ['type:model', 'type:transport'],
  screens: ['model', 'actions'],
  cli: ['model', 'probes', 'transport', 'monitor', 'actions', 'simulator', 'screens'],
};

/** Files that take time, chance and answers as arguments. */
const PURE = [/^src\/model\//, /^src\/probes\//, /^src\/monitor\/reduce/, /^src\/monitor\/[a-z-]*parse\.ts$/, /^src\/cli\/(status-document|watch-events)/, /^src\/simulator\/(world|scenes)\//, /^src\/simulator\/(control|drills)\.ts$/];
const IMPURE_CALLS = /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|process\.|fetch\(|crypto\.random)/;
const MAX_LINES = 350;

interface SourceFile { path: string; folder: string; text: string; imports: { to: string; typeOnly: boolean }[] }

describe('the source', () => {
  const files = readSources(join(root, 'src'));

  it('is there', () => {
    expect(files.length).toBeGreaterThan(30);
  });

  it('imports only what its folder may', () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((entry) => entry.to.startsWith('src/'))
        .filter((entry) => !mayImport(file.folder, folderOf(entry.to), entry.typeOnly))
        .map((entry) => `${file.path} imports ${entry.to}`));
    expect(wrong).toEqual([]);
  });

  it('keeps clock, chance, network and screen out of the pure floors', () => {
    const wrong = files
      .filter((file) => PURE.some((pattern) => pattern.test(file.path)))
      .flatMap((file) => [
        ...file.imports.filter((entry) => forbiddenInPure(entry.to, file.text)).map((entry) => `${file.path} imports ${entry.to}`),
        ...withoutComments(file.text).split('\n').filter((line) => IMPURE_CALLS.test(line)).map((line) => `${file.path}: ${line.trim()}`),
      ]);
    expect(wrong).toEqual([]);
  });

  it('keeps the simulator from sharing our mistakes', () => {
    // Not even types of what believes, reads, plans or guards: only nouns.
    const wrong = files
      .filter((file) => file.folder === 'simulator')
      .flatMap((file) => file.imports.filter((entry) => /^src\/(probes|monitor|actions|screens|cli)\//.test(entry.to) || /^src\/model\/(judge|identifiers|findings|health|replica|groups|domains)/.test(entry.to)).map((entry) => `${file.path} imports ${entry.to}`));
    expect(wrong).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(circles(files)).toEqual([]);
  });

  it('has no file that the program does not reach', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const entry of byPath.get(path)?.imports ?? []) if (entry.to.startsWith('src/')) visit(entry.to);
    };
    visit('src/cli/main.ts');
    expect(files.map((file) => file.path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('keeps each file to one idea', () => {
    const long = files.filter((file) => file.text.split('\n').length > MAX_LINES).map((file) => file.path);
    expect(long).toEqual([]);
    const unnamed = files.filter((file) => !/^(#!.*\n)?(\/\/|\/\*)/.test(file.text)).map((file) => file.path);
    expect(unnamed).toEqual([]);
  });

  it('documents what it exports', () => {
    const wrong = files.flatMap((file) => undocumented(file));
    expect(wrong).toEqual([]);
  });
});

describe('the checker itself', () => {
  it('sees a floor that is broken', () => {
    expect(mayImport('model', 'probes', true)).toBe(false);
    expect(mayImport('transport', 'model', false)).toBe(false);
    expect(mayImport('transport', 'model', true)).toBe(true);
    expect(mayImport('screens', 'monitor', true)).toBe(false);
    expect(mayImport('cli', 'simulator', false)).toBe(true);
  });

  it('sees a circle', () => {
    const file = (path: string, to: string): SourceFile => ({ path, folder: 'x', text: '', imports: [{ to, typeOnly: false }] });
    expect(circles([file('src/a.ts', 'src/b.ts'), file('src/b.ts', 'src/a.ts')])).toEqual(['src/a.ts → src/b.ts → src/a.ts']);
  });
});

function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      const path = relative(root, full);
      const text = readFileSync(full, 'utf8');
      return { path, folder: folderOf(path), text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): { to: string; typeOnly: boolean }[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const found: { to: string; typeOnly: boolean }[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const to = specifier.text.startsWith('.') ? normalize(join(dirname(path), specifier.text)) : specifier.text;
    found.push({ to, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const allTypes = !!named && ts.isNamedImports(named) && !clause?.name && named.elements.length > 0 && named.elements.every((e) => e.isTypeOnly);
      add(node.moduleSpecifier, clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function mayImport(from: string, to: string, typeOnly: boolean): boolean {
  if (from === to) return true;
  const allowed = MAY_IMPORT[from] ?? [];
  return allowed.includes(to) || (typeOnly && allowed.includes(`type:${to}`));
}

function forbiddenInPure(module: string, text: string): boolean {
  if (module === 'node:crypto') return !/import \{ createHash \} from 'node:crypto'/.test(text);
  return module.startsWith('node:') || ['ink', 'react', 'execa', 'ssh2', 'chokidar'].includes(module);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

function circles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const entry of byPath.get(path)?.imports ?? []) if (entry.to.startsWith('src/')) visit(entry.to, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return found;
}

/** Exported functions, classes, interfaces and types without a doc comment. */
function undocumented(file: SourceFile): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true, file.path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  return source.statements
    .filter((node) => ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))
    .filter((node) => node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword))
    .filter((node) => ts.getJSDocCommentsAndTags(node).length === 0)
    .map((node) => `${file.path}: ${node.name?.text ?? 'default'} has no doc comment`);
}
