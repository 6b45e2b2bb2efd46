/** How a declaration's name is found, and what it must contain to count. */
export interface DeclarationRule {
  readonly kind: 'function' | 'class';
  /** Fields to follow to the node whose text is the name; the first that exists at each step. */
  readonly name: readonly string[];
  /** Counts only when this field holds one of these nodes: `const f = () => …`. */
  readonly value?: readonly [field: string, types: readonly string[]];
  /** A value that makes it class-like instead, because it holds methods: `const o = { f() {} }`. */
  readonly holder?: string;
  /** A field whose first type name qualifies the declaration: Go's receiver. */
  readonly receiver?: string;
}

/** Everything that targeting knows about one language. */
export interface Language {
  /** Tag of a fenced code block. */
  readonly fence: string;
  /** Without the dot. */
  readonly extensions: readonly string[];
  /** `tree-sitter-….wasm`; absent: the language is known by name only. */
  readonly grammar?: string;
  readonly declarations: Readonly<Record<string, DeclarationRule>>;
  /** Parents that belong to a declaration: `export`, decorators, the statement around `const f =`. */
  readonly around: readonly string[];
  /** Siblings directly above that belong to a declaration: comments, attributes. */
  readonly before: readonly string[];
  /** The node of a call, where tests are written as calls: `it('adds', …)`. */
  readonly testCall?: string;
}

const named = (kind: DeclarationRule['kind']): DeclarationRule => ({ kind, name: ['name'] });
const fn = named('function');
const cls = named('class');
const all = (types: string, rule: DeclarationRule) => Object.fromEntries(types.split(' ').map((type) => [type, rule]));

const jsFunctions = ['arrow_function', 'function_expression', 'generator_function'];
const value = (field: string, name = 'name'): DeclarationRule => ({
  kind: 'function',
  name: [name],
  value: [field, jsFunctions],
});
const javascriptDeclarations = {
  ...all('function_declaration generator_function_declaration method_definition', fn),
  ...all('class_declaration abstract_class_declaration interface_declaration enum_declaration internal_module', cls),
  variable_declarator: { ...value('value'), holder: 'object' },
  field_definition: value('value', 'property'),
  public_field_definition: value('value'),
  pair: value('value', 'key'),
  assignment_expression: value('right', 'left'),
};
const javascript = {
  declarations: javascriptDeclarations,
  around: ['export_statement', 'lexical_declaration', 'variable_declaration', 'expression_statement'],
  before: ['comment', 'decorator'],
  testCall: 'call_expression',
};
const cFamily = {
  declarations: {
    function_definition: { kind: 'function', name: ['declarator'] },
    ...all('class_specifier struct_specifier namespace_definition', cls),
  },
  around: ['template_declaration'],
  before: ['comment'],
} as const;
const unknown = { declarations: {}, around: [], before: [] };

const languages: readonly Language[] = [
  { fence: 'js', extensions: ['js', 'mjs', 'cjs'], grammar: 'javascript', ...javascript },
  { fence: 'jsx', extensions: ['jsx'], grammar: 'javascript', ...javascript },
  { fence: 'ts', extensions: ['ts', 'mts', 'cts'], grammar: 'typescript', ...javascript },
  { fence: 'tsx', extensions: ['tsx'], grammar: 'tsx', ...javascript },
  {
    fence: 'python',
    extensions: ['py', 'pyi'],
    grammar: 'python',
    declarations: {
      function_definition: fn,
      class_definition: cls,
      assignment: { kind: 'function', name: ['left'], value: ['right', ['lambda']] },
    },
    around: ['decorated_definition', 'expression_statement'],
    before: ['comment'],
  },
  {
    fence: 'go',
    extensions: ['go'],
    grammar: 'go',
    declarations: {
      function_declaration: fn,
      method_declaration: { ...fn, receiver: 'receiver' },
      type_spec: cls,
    },
    around: ['type_declaration'],
    before: ['comment'],
  },
  {
    fence: 'rust',
    extensions: ['rs'],
    grammar: 'rust',
    declarations: {
      ...all('function_item macro_definition', fn),
      ...all('trait_item struct_item enum_item', cls),
      mod_item: { ...cls, value: ['body', ['declaration_list']] },
      impl_item: { kind: 'class', name: ['type'] },
    },
    around: [],
    before: ['line_comment', 'block_comment', 'attribute_item'],
  },
  {
    fence: 'java',
    extensions: ['java'],
    grammar: 'java',
    declarations: {
      ...all('method_declaration constructor_declaration compact_constructor_declaration', fn),
      ...all('class_declaration interface_declaration enum_declaration record_declaration', cls),
    },
    around: [],
    before: ['line_comment', 'block_comment'],
  },
  {
    fence: 'csharp',
    extensions: ['cs'],
    grammar: 'c-sharp',
    declarations: {
      ...all('method_declaration constructor_declaration local_function_statement property_declaration', fn),
      ...all('class_declaration interface_declaration enum_declaration record_declaration struct_declaration', cls),
    },
    around: [],
    before: ['comment'],
  },
  { fence: 'cpp', extensions: ['cpp', 'cc', 'cxx', 'hpp', 'hh', 'hxx', 'h'], grammar: 'cpp', ...cFamily },
  { fence: 'c', extensions: ['c'], grammar: 'cpp', ...cFamily },
  {
    fence: 'php',
    extensions: ['php'],
    grammar: 'php',
    declarations: {
      ...all('function_definition method_declaration', fn),
      ...all('class_declaration trait_declaration interface_declaration enum_declaration', cls),
    },
    around: [],
    before: ['comment'],
  },
  {
    fence: 'ruby',
    extensions: ['rb'],
    grammar: 'ruby',
    declarations: { ...all('method singleton_method', fn), ...all('class module', cls) },
    around: [],
    before: ['comment'],
    testCall: 'call',
  },
  {
    fence: 'bash',
    extensions: ['sh', 'bash'],
    grammar: 'bash',
    declarations: { function_definition: fn },
    around: [],
    before: ['comment'],
  },
  { fence: 'kotlin', extensions: ['kt', 'kts'], ...unknown },
  { fence: 'swift', extensions: ['swift'], ...unknown },
  { fence: 'scala', extensions: ['scala'], ...unknown },
  { fence: 'lua', extensions: ['lua'], ...unknown },
  { fence: 'vue', extensions: ['vue'], ...unknown },
  { fence: 'svelte', extensions: ['svelte'], ...unknown },
  { fence: 'json', extensions: ['json'], ...unknown },
  { fence: 'yaml', extensions: ['yml', 'yaml'], ...unknown },
  { fence: 'toml', extensions: ['toml'], ...unknown },
  { fence: 'sql', extensions: ['sql'], ...unknown },
  { fence: 'html', extensions: ['html', 'htm'], ...unknown },
  { fence: 'css', extensions: ['css'], ...unknown },
];

const byExtension = new Map(languages.flatMap((language) => language.extensions.map((ext) => [ext, language])));

export function languageOf(path: string): Language | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1];
  return extension === undefined ? undefined : byExtension.get(extension.toLowerCase());
}

/**
 * Grammars that a bundle must carry; the others are loaded where the package is there.
 * @public for esbuild.mjs
 */
export const bundledGrammars = ['javascript', 'typescript', 'tsx', 'python', 'go', 'rust', 'java', 'c-sharp'];
