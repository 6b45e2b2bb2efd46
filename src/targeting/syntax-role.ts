import type { Node } from '@vscode/tree-sitter-wasm';

/** What tells definitions of one name apart; see `SyntaxItem.role`. */
export function roleOf(node: Node, outer: Node, path: readonly string[] | undefined): string {
  const words = [accessor(node), qualifier(path), implemented(node), decorator(outer), parameters(node)];
  return words.filter((word) => word !== '').join(' ');
}

/** `get`, `set` and `static` of JavaScript; `self.` of Ruby. */
function accessor(node: Node): string {
  if (node.type === 'singleton_method') return 'static';
  return node.children
    .flatMap((child) => (child && /^(?:get|set|static)$/.test(child.type) ? [child.type] : []))
    .join(' ');
}

function qualifier(path: readonly string[] | undefined): string {
  return path === undefined ? '' : path.slice(0, -1).join('.');
}

/** `impl T` is not `struct T`, and `impl Display for T` is not `impl T`. */
function implemented(node: Node): string {
  if (node.type !== 'impl_item') return '';
  return `impl ${node.childForFieldName('trait')?.text ?? ''}`;
}

/** `@x.setter` beside `@property`. */
function decorator(outer: Node): string {
  if (outer.type !== 'decorated_definition') return '';
  const named = outer.namedChildren.filter((child) => child?.type === 'decorator').map((child) => child!.text);
  return named.map((text) => /\.(setter|getter|deleter|overload)\b/.exec(text)?.[1] ?? '').join('');
}

/** The parameters' types, in languages that overload by them. */
function parameters(node: Node): string {
  if (!/^(?:method|constructor|local_function)_(?:declaration|statement)$/.test(node.type)) return '';
  const list = node.childForFieldName('parameters');
  const types = list?.namedChildren.map((child) => child?.childForFieldName('type')?.text ?? '') ?? [];
  return types.every((type) => type === '') ? '' : `(${types.join(',')})`;
}
