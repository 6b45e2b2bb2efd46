import type { Node } from '@vscode/tree-sitter-wasm';
import type { DeclarationRule } from './languages.ts';

/** The kind of a declaration, which may depend on its value. */
export function kindOf(node: Node, rule: DeclarationRule): 'function' | 'class' {
  const value = rule.value && node.childForFieldName(rule.value[0]);
  return value && value.type === rule.holder ? 'class' : rule.kind;
}

/** @returns the name, preceded by what qualifies it; undefined when this node declares nothing of interest */
export function nameOf(node: Node, rule: DeclarationRule): string[] | undefined {
  if (rule.value) {
    const [field, types] = rule.value;
    const value = node.childForFieldName(field);
    if (!value || !(types.includes(value.type) || value.type === rule.holder)) return undefined;
  }
  let named: Node | null = null;
  for (const field of rule.name) named = (named ?? node).childForFieldName(field);
  if (!named) return undefined;
  const name = plainName(named);
  if (name === undefined) return undefined;
  const receiver = rule.receiver && firstOfType(node.childForFieldName(rule.receiver), 'type_identifier')?.text;
  return receiver ? [receiver, name] : name.split('::').join('.').split('.');
}

const nameTypes = /identifier|name|constant|word|string|operator/;

/** The identifier inside declarators, generics and member expressions. */
function plainName(node: Node): string | undefined {
  for (let current: Node = node; ; ) {
    if (current.type === 'string') return current.namedChild(0)?.text;
    if (current.type === 'qualified_identifier') return current.text.replace(/<.*?>/g, '');
    const inner =
      current.childForFieldName('property') ??
      current.childForFieldName('declarator') ??
      (current.type.includes('generic') ? current.childForFieldName('type') : null);
    if (!inner) return current.namedChildCount === 0 && nameTypes.test(current.type) ? current.text : lastName(current);
    current = inner;
  }
}

function lastName(node: Node): string | undefined {
  return node.text.length < 200 && !node.text.includes('\n')
    ? /[\p{L}_$#][\p{L}\p{N}_$]*$/u.exec(node.text)?.[0]
    : undefined;
}

function firstOfType(node: Node | null, type: string): Node | null {
  return node?.descendantsOfType(type)[0] ?? null;
}

const testCall = /^(?:it|test|describe|suite|context|specify|fit|fdescribe|Deno\.test)(?:\.[a-zA-Z]+)*$/;

/** `it('adds', …)`, also `test.only('adds', …)` and `it.each(…)('adds', …)`; in Ruby `it 'adds' do … end`. */
export function testTitle(node: Node): [string] | undefined {
  let callee = node.childForFieldName('function') ?? node.childForFieldName('method');
  if (callee?.type === 'call_expression') callee = callee.childForFieldName('function');
  if (!callee || callee.endIndex - callee.startIndex > 40 || !testCall.test(callee.text)) return undefined;
  const title = node.childForFieldName('arguments')?.namedChild(0);
  if (title?.type !== 'string' && title?.type !== 'template_string') return undefined;
  return [title.text.slice(1, -1).replace(/\\(.)/g, '$1')];
}
