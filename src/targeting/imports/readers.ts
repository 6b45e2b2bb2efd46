import type { Node } from '@vscode/tree-sitter-wasm';
import type { ImportedName, ImportSite } from './import-site.ts';

type Reader = (node: Node) => ImportSite[];

const everything: readonly ImportedName[] = [{ local: '*', imported: '*' }];
const site = (specifier: string, names: readonly ImportedName[], reexports = false): ImportSite => ({
  specifier,
  names,
  reexports,
});
const same = (name: string): ImportedName => ({ local: name, imported: name });
const field = (node: Node | null, name: string) => node?.childForFieldName(name) ?? null;
const children = (node: Node | null): Node[] => (node?.namedChildren ?? []).filter((child) => child !== null);
const unquoted = (node: Node | null) => node?.text.slice(1, -1) ?? '';

function javascriptImport(node: Node): ImportSite[] {
  const clause = children(node).find(({ type }) => type === 'import_clause' || type === 'import_require_clause');
  const source = field(node, 'source') ?? field(clause ?? null, 'source');
  if (!source) return [];
  const names = children(clause ?? null).flatMap((part): ImportedName[] => {
    if (part.type === 'string') return [];
    if (part.type === 'identifier') {
      return [{ local: part.text, imported: clause?.type === 'import_clause' ? 'default' : '*' }];
    }
    if (part.type === 'namespace_import') return [{ local: children(part)[0]?.text ?? '*', imported: '*' }];
    return children(part).map((one) => {
      const imported = field(one, 'name')?.text ?? one.text;
      return { local: field(one, 'alias')?.text ?? imported, imported };
    });
  });
  return [site(unquoted(source), names)];
}

function javascriptExport(node: Node): ImportSite[] {
  const source = field(node, 'source');
  if (!source) return [];
  const clause = children(node).find(({ type }) => type === 'export_clause');
  const names = children(clause ?? null).map((one) => {
    const imported = field(one, 'name')?.text ?? one.text;
    return { local: field(one, 'alias')?.text ?? imported, imported };
  });
  return [site(unquoted(source), clause ? names : everything, true)];
}

/** `require('x')` and `import('x')`, and the name of the result. */
function javascriptCall(node: Node): ImportSite[] {
  const callee = field(node, 'function');
  if (callee?.type !== 'import' && !(callee?.type === 'identifier' && callee.text === 'require')) return [];
  const argument = children(field(node, 'arguments'))[0];
  if (argument?.type !== 'string') return [];
  let user = node.parent;
  let member: string | undefined;
  while (user && ['await_expression', 'parenthesized_expression', 'member_expression'].includes(user.type)) {
    member ??= field(user, 'property')?.text;
    user = user.parent;
  }
  const bound = user?.type === 'variable_declarator' ? field(user, 'name') : null;
  if (bound?.type === 'identifier') return [site(unquoted(argument), [{ local: bound.text, imported: member ?? '*' }])];
  if (bound?.type !== 'object_pattern') return [site(unquoted(argument), [])];
  const names = children(bound).map((one) => {
    const imported = field(one, 'key')?.text ?? one.text;
    return { local: field(one, 'value')?.text ?? imported, imported };
  });
  return [site(unquoted(argument), names)];
}

function pythonImport(node: Node): ImportSite[] {
  return children(node).map((one) => {
    const module = (field(one, 'name') ?? one).text;
    return site(module, [{ local: field(one, 'alias')?.text ?? module, imported: '*' }], true);
  });
}

/** What a module imports can be imported from it, and packages often re-export their modules this way. */
function pythonFrom(node: Node): ImportSite[] {
  const [module, ...names] = children(node);
  if (!module) return [];
  const imported = names.map((one): ImportedName => {
    if (one.type === 'wildcard_import') return { local: '*', imported: '*' };
    const name = (field(one, 'name') ?? one).text;
    return { local: field(one, 'alias')?.text ?? name, imported: name };
  });
  return [site(module.text.replace(/\s/g, ''), imported, true)];
}

function goImport(node: Node): ImportSite[] {
  const path = unquoted(field(node, 'path'));
  const alias = field(node, 'name')?.text;
  return [site(path, [{ local: alias ?? path.split('/').at(-1) ?? path, imported: '*' }])];
}

/** One site for each path at the end of the tree of braces. */
function rustUse(node: Node): ImportSite[] {
  const paths: { path: string[]; local?: string }[] = [];
  const visit = (part: Node | null, prefix: readonly string[]): void => {
    if (!part || paths.length > 200 || prefix.length > 30) return;
    if (part.type === 'scoped_use_list') {
      visit(field(part, 'list'), [...prefix, ...segments(field(part, 'path'))]);
    } else if (part.type === 'use_list') {
      for (const child of children(part)) visit(child, prefix);
    } else if (part.type === 'use_as_clause') {
      const local = field(part, 'alias')?.text;
      paths.push({ path: [...prefix, ...segments(field(part, 'path'))], ...(local !== undefined && { local }) });
    } else if (part.type === 'use_wildcard') {
      paths.push({ path: [...prefix, ...segments(children(part)[0] ?? null), '*'] });
    } else {
      paths.push({ path: [...prefix, ...segments(part)] });
    }
  };
  visit(field(node, 'argument'), []);
  const isPublic = children(node).some(({ type }) => type === 'visibility_modifier');
  return paths.map(({ path, local }) => {
    const imported = path.at(-1) ?? '*';
    return site(path.slice(0, -1).join('::'), [{ local: local ?? imported, imported }], isPublic);
  });
}

const segments = (node: Node | null): string[] =>
  node ? node.text.replace(/\s/g, '').split('::').filter(Boolean) : [];

function rustMod(node: Node): ImportSite[] {
  const name = field(node, 'name')?.text;
  return name === undefined || field(node, 'body') ? [] : [site(`self::${name}`, [{ local: name, imported: '*' }])];
}

function javaImport(node: Node): ImportSite[] {
  const path = children(node)[0]?.text.split('.') ?? [];
  if (children(node).some(({ type }) => type === 'asterisk')) return [site(path.join('.'), everything)];
  const name = path.at(-1) ?? '';
  return [site(path.slice(0, -1).join('.'), [same(name)])];
}

/** The package itself is in scope without an import. */
function javaPackage(node: Node): ImportSite[] {
  return [site(children(node)[0]?.text ?? '', everything)];
}

function csharpUsing(node: Node): ImportSite[] {
  const name = children(node).at(-1)?.text;
  return name === undefined ? [] : [site(name, everything)];
}

function csharpNamespace(node: Node): ImportSite[] {
  const name = field(node, 'name')?.text;
  return name === undefined ? [] : [site(name, everything)];
}

/** What one file requires, whoever requires that file can use. */
function rubyRequire(node: Node): ImportSite[] {
  const method = field(node, 'method')?.text;
  if (method !== 'require_relative' && method !== 'require') return [];
  const path = children(field(node, 'arguments'))[0];
  if (path?.type !== 'string') return [];
  return [site(method === 'require' ? unquoted(path) : `./${unquoted(path)}`, everything, true)];
}

function cInclude(node: Node): ImportSite[] {
  const path = field(node, 'path');
  return path?.type === 'string_literal' ? [site(unquoted(path), everything)] : [];
}

const javascript: Readonly<Record<string, Reader>> = {
  import_statement: javascriptImport,
  export_statement: javascriptExport,
  call_expression: javascriptCall,
};
const c: Readonly<Record<string, Reader>> = { preproc_include: cInclude };

/** By the fence tag of a language, then by node type. */
export const importReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  js: javascript,
  jsx: javascript,
  ts: javascript,
  tsx: javascript,
  python: { import_statement: pythonImport, import_from_statement: pythonFrom },
  go: { import_spec: goImport },
  rust: { use_declaration: rustUse, mod_item: rustMod },
  java: { import_declaration: javaImport, package_declaration: javaPackage },
  csharp: {
    using_directive: csharpUsing,
    namespace_declaration: csharpNamespace,
    file_scoped_namespace_declaration: csharpNamespace,
  },
  ruby: { call: rubyRequire },
  c,
  cpp: c,
};
