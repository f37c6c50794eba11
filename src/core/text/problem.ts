import type { TextEdit, TextSpan } from "./span";

export type Severity = "error" | "warning" | "information";

/** Another place that belongs to a problem, in the same file unless `file` names another one of the project. */
export interface RelatedPlace {
  readonly span: TextSpan;
  readonly message: string;
  readonly file?: string;
}

/** What a repair does to another file than that of its problem: it makes it, or changes it. */
export interface FileChange {
  /** As the project names the file; a name without folder lies beside the file of the problem. */
  readonly file: string;
  readonly change: { readonly create: string } | { readonly edits: readonly TextEdit[] };
}

/** A repair. `safe` ones take part in "fix all" and in `lint --fix`; those that reach beyond the text of the file never do. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly safe: boolean;
  readonly preferred?: boolean;
  readonly others?: readonly FileChange[];
  /** The bytes of the file are written anew as UTF-8 without byte order mark; there are no edits. */
  readonly toUtf8?: true;
}

/** A finding in a file. `code` is the rule id, exactly as the rule's table in docs gives it. */
export interface Problem {
  readonly span: TextSpan;
  readonly severity: Severity;
  readonly code: string;
  /** Localised: what is wrong and what follows from it. */
  readonly message: string;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
  /** The text has no effect: shown faded. */
  readonly unnecessary?: boolean;
}
