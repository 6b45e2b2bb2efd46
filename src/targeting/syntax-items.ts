import type { Node } from '@vscode/tree-sitter-wasm';
import type { SyntaxItem } from '../agent/answer/syntax.ts';
import { nameOf } from './declaration-name.ts';
import type { Language } from './languages.ts';
import { roleOf } from './syntax-role.ts';

const importType =
  /import|^use_declaration$|^extern_crate|^using_directive$|^preproc_include$|^namespace_use_declaration$/;
const preambleType =
  /^(?:package_clause|package_declaration|hash_bang_line|php_tag|file_scoped_namespace_declaration|inner_attribute_item)$/;
/** Statements whose definitions count as the text's own, such as Python's `if TYPE_CHECKING:`. */
const maxDepth = 40;

/** Reads the items in a node's children. */
export function itemsOf(
  parent: Node,
  language: Language,
  lines: readonly string[],
  above: number,
  depth = 0,
): SyntaxItem[] {
  const items: SyntaxItem[] = [];
  let before: Node[] = [];
  for (const node of parent.namedChildren) {
    if (node === null) continue;
    if (isBefore(node, language)) {
      before.push(node);
      continue;
    }
    const item = itemOf(node, before, language, lines, above, depth);
    if (item !== undefined) items.push(item);
    before = [];
  }
  return items;
}

function isBefore(node: Node, { before }: Language): boolean {
  return before.includes(node.type) || node.type === 'attribute_item' || node.type === 'comment';
}

function itemOf(
  outer: Node,
  before: readonly Node[],
  language: Language,
  lines: readonly string[],
  above: number,
  depth: number,
): SyntaxItem | undefined {
  const node = innerOf(outer);
  const { startPosition: start } = outer;
  const last = lastRow(outer);
  const from = attached(before, start.row, lines) ?? start;
  const rest = last === outer.endPosition.row ? (lines[last] ?? '').slice(outer.endPosition.column) : '';
  const alone =
    (lines[from.row] ?? '').slice(0, from.column).trim() === '' && /^[\s;,)]*(?:\/\/.*|\/\*.*\*\/\s*|#.*)?$/.test(rest);
  const named = nameIn(node, language);
  const body = named?.kind === 'class' ? bodyOf(node) : undefined;
  return {
    kind: named?.kind ?? 'statement',
    type: node.type,
    ...(named?.name !== undefined && { name: named.name }),
    role: roleOf(node, outer, named?.path),
    first: from.row - above,
    head: headRow(outer, language) - above,
    last: last - above,
    alone,
    ...(body !== undefined && {
      body: body.startPosition.row - above,
      members: depth < maxDepth ? itemsOf(body, language, lines, above, depth + 1) : [],
    }),
    ...(named?.kind === 'function' && depth < maxDepth && { nested: nestedIn(node, language, lines, above, depth) }),
    ...(named === undefined &&
      depth < maxDepth &&
      isConditional(node) && {
        nested: nestedIn(node, language, lines, above, depth),
      }),
  };
}

function isConditional(node: Node): boolean {
  return /^(?:if|try|with|for|while)_statement$|^preproc_|^(?:if|unless|begin|call|expression_statement)$|^export_statement$/.test(
    node.type,
  );
}

/** A node that includes its line feed ends at column 0 of the next line. */
function lastRow({ startPosition, endPosition }: Node): number {
  return endPosition.column === 0 && endPosition.row > startPosition.row ? endPosition.row - 1 : endPosition.row;
}

/** Where the comments directly above begin; one at the end of a line of code belongs to that code. */
function attached(before: readonly Node[], row: number, lines: readonly string[]): Node['startPosition'] | undefined {
  let found: Node['startPosition'] | undefined;
  for (const node of before.toReversed()) {
    const { startPosition: at } = node;
    const own = (lines[at.row] ?? '').slice(0, at.column).trim() === '';
    if (!own || (found?.row ?? row) - lastRow(node) !== 1) break;
    found = at;
  }
  return found;
}

/** The first row that is no decorator or attribute. */
function headRow(outer: Node, { before }: Language): number {
  const first = outer.children.find(
    (child) =>
      child !== null && !/^(?:decorator|attribute_list|modifiers)$/.test(child.type) && !before.includes(child.type),
  );
  const modifiers = outer.children.find((child) => child?.type === 'modifiers');
  const word = modifiers?.children.find((child) => child !== null && !/annotation/.test(child.type));
  const nested = outer.type === 'export_statement' && first?.type === 'export' ? undefined : first;
  if (word) return word.startPosition.row;
  return (nested ?? first ?? outer).startPosition.row;
}

/** What is exported or decorated, or the only expression of a statement. */
function innerOf(outer: Node): Node {
  let node = outer;
  for (let step = 0; step < 4; step++) {
    const inner =
      node.type === 'export_statement'
        ? (node.childForFieldName('declaration') ?? node.childForFieldName('value'))
        : node.type === 'decorated_definition'
          ? node.childForFieldName('definition')
          : /^(?:global_statement|expression_statement|lexical_declaration|variable_declaration|type_declaration|declaration_list|template_declaration|const_declaration|var_declaration)$/.test(
                node.type,
              ) && node.namedChildCount === 1
            ? node.namedChild(0)
            : node.type === 'template_declaration'
              ? node.namedChild(node.namedChildCount - 1)
              : null;
    if (!inner) return node;
    node = inner;
  }
  return node;
}

interface Named {
  readonly kind: SyntaxItem['kind'];
  readonly name?: string;
  readonly path?: readonly string[];
}

function nameIn(node: Node, language: Language): Named | undefined {
  if (importType.test(node.type)) return { kind: 'import' };
  if (preambleType.test(node.type)) return { kind: 'preamble' };
  const rule = Object.hasOwn(language.declarations, node.type) ? language.declarations[node.type] : undefined;
  const path = rule && nameOf(node, rule);
  if (rule && path) {
    const holder = rule.value !== undefined && node.childForFieldName(rule.value[0])?.type === rule.holder;
    const kind = holder && rule.holder !== undefined ? objectKind(node) : rule.kind;
    return { kind, name: path.at(-1)!, path };
  }
  const name = plainName(node);
  if (name === undefined) return undefined;
  const kind = /^(?:function_signature|function_declaration|method_signature|abstract_method_signature)$/.test(
    node.type,
  )
    ? 'function'
    : 'variable';
  return { kind, name, path: [name] };
}

/** An object with functions is like a class; any other is a value. */
function objectKind(node: Node): 'class' | 'variable' {
  const members = node.childForFieldName('value')?.namedChildren ?? [];
  const methods = members.some(
    (one) =>
      one?.type === 'method_definition' ||
      /function/.test((one?.type === 'pair' && one.childForFieldName('value')?.type) || ''),
  );
  return methods ? 'class' : 'variable';
}

/** The names of variables, fields, constants and types. */
function plainName(node: Node): string | undefined {
  const own = node.childForFieldName('name') ?? node.childForFieldName('left') ?? node.childForFieldName('property');
  if (own) return short(own.text);
  const names = node.namedChildren.flatMap((child) => {
    const name =
      child && /declarator$|_spec$|^variable_declaration$|^property_element$|^const_element$/.test(child.type)
        ? (child.childForFieldName('name') ?? (child.type === 'variable_declaration' ? null : child.namedChild(0)))
        : null;
    if (name) return [name.text];
    const inner = child?.type === 'variable_declaration' ? plainName(child) : undefined;
    return inner === undefined ? [] : [inner];
  });
  return names.length === 0 ? undefined : short(names.join(','));
}

function short(text: string): string | undefined {
  return text.length < 200 && !text.includes('\n') ? text : undefined;
}

function bodyOf(node: Node): Node | undefined {
  if (
    /^(?:interface_declaration|enum_\w+|struct_item|type_spec)$/.test(node.type) &&
    !node.childForFieldName('body')?.descendantsOfType('block').length
  ) {
    return undefined;
  }
  const value = node.childForFieldName('value') ?? node.childForFieldName('right') ?? node;
  const body = node.childForFieldName('body') ?? value.childForFieldName('body');
  return body ?? (value.type === 'object' ? value : undefined);
}

/** The functions and classes anywhere within, without what is inside those. */
function nestedIn(
  node: Node,
  language: Language,
  lines: readonly string[],
  above: number,
  depth: number,
): SyntaxItem[] {
  const types = Object.keys(language.declarations);
  const found: SyntaxItem[] = [];
  let end = node.startIndex;
  for (const one of node.descendantsOfType(types)) {
    if (one === null || one.id === node.id || one.startIndex < end) continue;
    const outer = surrounding(one, language);
    const item = itemOf(outer, commentsAbove(outer, language), language, lines, above, depth + 1);
    if (item?.name === undefined || (item.kind !== 'function' && item.kind !== 'class')) continue;
    found.push(item);
    end = outer.endIndex;
  }
  return found;
}

function surrounding(node: Node, { around }: Language): Node {
  let outer = node;
  while (outer.parent && around.includes(outer.parent.type)) outer = outer.parent;
  return outer;
}

function commentsAbove(node: Node, language: Language): readonly Node[] {
  const found: Node[] = [];
  for (let above = node.previousSibling; above && isBefore(above, language); above = above.previousSibling) {
    found.unshift(above);
  }
  return found;
}
