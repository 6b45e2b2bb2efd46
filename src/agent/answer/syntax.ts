/** What a parser knows of a text; lines are indices from 0 and include the last. */

/** A definition or another statement, at the top of a text or in a class, a module or a function. */
export interface SyntaxItem {
  readonly kind: 'function' | 'class' | 'variable' | 'import' | 'preamble' | 'statement';
  /** Type of its node in the grammar. */
  readonly type: string;
  /** Without what surrounds it: `push`; several variables of a statement joined with commas; absent for other statements. */
  readonly name?: string;
  /** Tells apart what may share a name: getter and setter, static and not, overloads by their parameters' types, `T.f` and `U.f`. */
  readonly role: string;
  /** First line with the comments and decorators directly above. */
  readonly first: number;
  /** Where the definition itself begins, `export` included. */
  readonly head: number;
  readonly last: number;
  /** There is no other code on its lines. */
  readonly alone: boolean;
  /** Line on which the body begins, for what has members. */
  readonly body?: number;
  /** Members of a class or module. */
  readonly members?: readonly SyntaxItem[];
  /** Named functions within a function. */
  readonly nested?: readonly SyntaxItem[];
}

export interface SyntaxTree {
  /** The text parses without an error. */
  readonly sound: boolean;
  /** In the order of the text. */
  readonly items: readonly SyntaxItem[];
  /** Lines that begin inside a string, so that their white space is text. */
  readonly verbatim: ReadonlySet<number>;
}

export interface Syntax {
  /**
   * @param path decides about the grammar
   * @returns undefined when there is no grammar for it
   */
  read(path: string, text: string): SyntaxTree | undefined;
  /** The same for members that stand without their class, where the language does not allow them there. */
  readMembers(path: string, text: string): SyntaxTree | undefined;
}
