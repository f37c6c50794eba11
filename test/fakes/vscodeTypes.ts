// The value types of the editor's API that the product uses, with their behaviour.

export class Disposable {
  private readonly callOnDispose: () => unknown;
  constructor(callOnDispose: () => unknown) {
    this.callOnDispose = callOnDispose;
  }
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      disposables.forEach((each) => each.dispose());
    });
  }
  dispose(): void {
    this.callOnDispose();
  }
}

type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>, thisArg?: unknown, disposables?: Disposable[]): Disposable => {
    const bound: Listener<T> = thisArg === undefined ? listener : listener.bind(thisArg);
    this.listeners.add(bound);
    const subscription = new Disposable(() => this.listeners.delete(bound));
    disposables?.push(subscription);
    return subscription;
  };
  get size(): number {
    return this.listeners.size;
  }
  fire(event: T): void {
    [...this.listeners].forEach((listener) => listener(event));
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };
  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire();
  }
  dispose(): void {
    this.emitter.dispose();
  }
}

export class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
  isEqual(other: Position): boolean {
    return this.line === other.line && this.character === other.character;
  }
  isBefore(other: Position): boolean {
    return this.line < other.line || (this.line === other.line && this.character < other.character);
  }
  isAfter(other: Position): boolean {
    return other.isBefore(this);
  }
  compareTo(other: Position): number {
    return this.line - other.line || this.character - other.character;
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: Position | number, end: Position | number, endLine?: number, endCharacter?: number) {
    if (typeof start === "number" && typeof end === "number") {
      this.start = new Position(start, end);
      this.end = new Position(endLine ?? start, endCharacter ?? end);
    } else {
      this.start = start as Position;
      this.end = end as Position;
    }
  }
  get isEmpty(): boolean {
    return this.start.isEqual(this.end);
  }
  get isSingleLine(): boolean {
    return this.start.line === this.end.line;
  }
  contains(place: Position | Range): boolean {
    const [from, to] = place instanceof Range ? [place.start, place.end] : [place, place];
    return !from.isBefore(this.start) && !to.isAfter(this.end);
  }
  isEqual(other: Range): boolean {
    return this.start.isEqual(other.start) && this.end.isEqual(other.end);
  }
  intersection(other: Range): Range | undefined {
    const start = this.start.isAfter(other.start) ? this.start : other.start;
    const end = this.end.isBefore(other.end) ? this.end : other.end;
    return start.isAfter(end) ? undefined : new Range(start, end);
  }
}

export class Selection extends Range {
  get active(): Position {
    return this.end;
  }
}

export class Location {
  readonly uri: Uri;
  readonly range: Range;
  constructor(uri: Uri, range: Range | Position) {
    this.uri = uri;
    this.range = range instanceof Range ? range : new Range(range, range);
  }
}

export class Uri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  private constructor(scheme: string, authority: string, path: string, query = "", fragment = "") {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }
  static file(path: string): Uri {
    const slashed = path.replaceAll("\\", "/");
    return new Uri("file", "", slashed.startsWith("/") ? slashed : `/${slashed}`);
  }
  static from({ scheme, authority = "", path = "" }: { scheme: string; authority?: string; path?: string }): Uri {
    return new Uri(scheme, authority, path);
  }
  static parse(text: string): Uri {
    const match = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i.exec(text);
    if (match === null) {
      throw new Error(`not a URI: ${text}`);
    }
    return new Uri(match[1] ?? "", match[2] ?? "", decodeURIComponent(match[3] ?? ""), match[4] ?? "", match[5] ?? "");
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    const segments: string[] = [];
    for (const part of [...base.path.split("/"), ...parts.flatMap((each) => each.split("/"))]) {
      if (part === "..") {
        segments.pop();
      } else if (part !== "" && part !== ".") {
        segments.push(part);
      }
    }
    return base.with({ path: `/${segments.join("/")}` });
  }
  get fsPath(): string {
    return /^\/[a-z]:/i.test(this.path) ? this.path.slice(1) : this.path;
  }
  with(change: { scheme?: string; authority?: string; path?: string; query?: string; fragment?: string }): Uri {
    return new Uri(
      change.scheme ?? this.scheme,
      change.authority ?? this.authority,
      change.path ?? this.path,
      change.query ?? this.query,
      change.fragment ?? this.fragment,
    );
  }
  toString(): string {
    const path = this.path.split("/").map(encodeURIComponent).join("/");
    const authority = this.authority === "" && this.scheme !== "file" ? "" : `//${this.authority}`;
    return `${this.scheme}:${authority}${path}${this.query === "" ? "" : `?${this.query}`}${this.fragment === "" ? "" : `#${this.fragment}`}`;
  }
}

export class RelativePattern {
  readonly base: unknown;
  readonly pattern: string;
  constructor(base: unknown, pattern: string) {
    this.base = base;
    this.pattern = pattern;
  }
}

export class ThemeColor {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeIcon {
  readonly id: string;
  readonly color: ThemeColor | undefined;
  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}

export class MarkdownString {
  value: string;
  isTrusted: unknown;
  supportThemeIcons: boolean;
  constructor(value = "", supportThemeIcons = false) {
    this.value = value;
    this.supportThemeIcons = supportThemeIcons;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~|<>]/g, "\\$&");
    return this;
  }
  appendCodeblock(text: string, language = ""): this {
    this.value += `\n\`\`\`${language}\n${text}\n\`\`\`\n`;
    return this;
  }
}

export class TreeItem {
  label: unknown;
  collapsibleState: number;
  id: string | undefined;
  description: string | boolean | undefined;
  tooltip: unknown;
  iconPath: unknown;
  contextValue: string | undefined;
  command: unknown;
  resourceUri: Uri | undefined;
  accessibilityInformation: { label: string; role?: string } | undefined;
  constructor(label: unknown, collapsibleState = 0) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

export class Diagnostic {
  range: Range;
  message: string;
  severity: number;
  source: string | undefined;
  code: unknown;
  relatedInformation: unknown;
  tags: number[] | undefined;
  constructor(range: Range, message: string, severity = 0) {
    this.range = range;
    this.message = message;
    this.severity = severity;
  }
}

export class DiagnosticRelatedInformation {
  readonly location: Location;
  readonly message: string;
  constructor(location: Location, message: string) {
    this.location = location;
    this.message = message;
  }
}

export class TextEdit {
  readonly range: Range;
  readonly newText: string;
  constructor(range: Range, newText: string) {
    this.range = range;
    this.newText = newText;
  }
  static replace(range: Range, text: string): TextEdit {
    return new TextEdit(range, text);
  }
  static insert(position: Position, text: string): TextEdit {
    return new TextEdit(new Range(position, position), text);
  }
  static delete(range: Range): TextEdit {
    return new TextEdit(range, "");
  }
}

export class WorkspaceEdit {
  readonly created: Uri[] = [];
  createFile(uri: Uri): void {
    this.created.push(uri);
  }

  private readonly edits = new Map<string, { uri: Uri; edits: TextEdit[] }>();
  replace(uri: Uri, range: Range, text: string): void {
    this.of(uri).push(new TextEdit(range, text));
  }
  insert(uri: Uri, position: Position, text: string): void {
    this.of(uri).push(TextEdit.insert(position, text));
  }
  delete(uri: Uri, range: Range): void {
    this.of(uri).push(TextEdit.delete(range));
  }
  set(uri: Uri, edits: TextEdit[]): void {
    this.edits.set(uri.toString(), { uri, edits: [...edits] });
  }
  get(uri: Uri): TextEdit[] {
    return this.edits.get(uri.toString())?.edits ?? [];
  }
  has(uri: Uri): boolean {
    return this.edits.has(uri.toString());
  }
  get size(): number {
    return this.edits.size;
  }
  entries(): [Uri, TextEdit[]][] {
    return [...this.edits.values()].map(({ uri, edits }) => [uri, edits]);
  }
  private of(uri: Uri): TextEdit[] {
    const found = this.edits.get(uri.toString()) ?? { uri, edits: [] };
    this.edits.set(uri.toString(), found);
    return found.edits;
  }
}

export class CodeActionKind {
  static readonly Empty = new CodeActionKind("");
  static readonly QuickFix = new CodeActionKind("quickfix");
  static readonly Refactor = new CodeActionKind("refactor");
  static readonly RefactorRewrite = new CodeActionKind("refactor.rewrite");
  static readonly Source = new CodeActionKind("source");
  static readonly SourceFixAll = new CodeActionKind("source.fixAll");
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  append(parts: string): CodeActionKind {
    return new CodeActionKind(this.value === "" ? parts : `${this.value}.${parts}`);
  }
  contains(other: CodeActionKind): boolean {
    return this.value === "" || other.value === this.value || other.value.startsWith(`${this.value}.`);
  }
  intersects(other: CodeActionKind): boolean {
    return this.contains(other) || other.contains(this);
  }
}

export class CodeAction {
  title: string;
  kind: CodeActionKind | undefined;
  diagnostics: Diagnostic[] | undefined;
  edit: WorkspaceEdit | undefined;
  command: unknown;
  isPreferred: boolean | undefined;
  constructor(title: string, kind?: CodeActionKind) {
    this.title = title;
    this.kind = kind;
  }
}

export class CodeLens {
  readonly range: Range;
  command: unknown;
  constructor(range: Range, command?: unknown) {
    this.range = range;
    this.command = command;
  }
}

export class CompletionItem {
  label: unknown;
  kind: number | undefined;
  detail: string | undefined;
  documentation: unknown;
  sortText: string | undefined;
  filterText: string | undefined;
  insertText: unknown;
  range: unknown;
  command: unknown;
  preselect: boolean | undefined;
  additionalTextEdits: TextEdit[] | undefined;
  constructor(label: unknown, kind?: number) {
    this.label = label;
    this.kind = kind;
  }
}

export class CompletionList {
  readonly items: CompletionItem[];
  readonly isIncomplete: boolean;
  constructor(items: CompletionItem[] = [], isIncomplete = false) {
    this.items = items;
    this.isIncomplete = isIncomplete;
  }
}

export class SnippetString {
  value: string;
  constructor(value = "") {
    this.value = value;
  }
}

export class Hover {
  readonly contents: unknown;
  readonly range: Range | undefined;
  constructor(contents: unknown, range?: Range) {
    this.contents = contents;
    this.range = range;
  }
}

export class DocumentSymbol {
  children: DocumentSymbol[] = [];
  readonly name: string;
  readonly detail: string;
  readonly kind: number;
  readonly range: Range;
  readonly selectionRange: Range;
  constructor(name: string, detail: string, kind: number, range: Range, selectionRange: Range) {
    this.name = name;
    this.detail = detail;
    this.kind = kind;
    this.range = range;
    this.selectionRange = selectionRange;
  }
}

export class DocumentHighlight {
  readonly range: Range;
  readonly kind: number | undefined;
  constructor(range: Range, kind?: number) {
    this.range = range;
    this.kind = kind;
  }
}

export class DocumentLink {
  readonly range: Range;
  target: Uri | undefined;
  tooltip: string | undefined;
  constructor(range: Range, target?: Uri) {
    this.range = range;
    this.target = target;
  }
}

export class TabInputText {
  readonly uri: Uri;
  constructor(uri: Uri) {
    this.uri = uri;
  }
}

export class FileSystemError extends Error {
  code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
  static FileNotFound(uri: Uri): FileSystemError {
    return new FileSystemError(`not found: ${uri.toString()}`, "FileNotFound");
  }
}

// Enumerations, with the editor's own numbers.
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 } as const;
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 } as const;
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 } as const;
export const DiagnosticTag = { Unnecessary: 1, Deprecated: 2 } as const;
export const ViewColumn = { Active: -1, Beside: -2, One: 1, Two: 2 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 } as const;
export const ExtensionMode = { Production: 1, Development: 2, Test: 3 } as const;
export const EndOfLine = { LF: 1, CRLF: 2 } as const;
export const CodeActionTriggerKind = { Invoke: 1, Automatic: 2 } as const;
export const CompletionTriggerKind = { Invoke: 0, TriggerCharacter: 1, TriggerForIncompleteCompletions: 2 } as const;
export const DocumentHighlightKind = { Text: 0, Read: 1, Write: 2 } as const;
export const InputBoxValidationSeverity = { Info: 1, Warning: 2, Error: 3 } as const;
export const LanguageStatusSeverity = { Information: 0, Warning: 1, Error: 2 } as const;
export const CompletionItemKind = {
  Text: 0,
  Method: 1,
  Function: 2,
  Field: 4,
  Variable: 5,
  Class: 6,
  Module: 8,
  Property: 9,
  Unit: 10,
  Value: 11,
  Enum: 12,
  Keyword: 13,
  Snippet: 14,
  File: 16,
  Reference: 17,
  EnumMember: 19,
  Constant: 20,
} as const;
export const SymbolKind = {
  File: 0,
  Module: 1,
  Namespace: 2,
  Class: 4,
  Method: 5,
  Property: 6,
  Field: 7,
  Interface: 10,
  Function: 11,
  Variable: 12,
  Constant: 13,
  String: 14,
  Number: 15,
  Boolean: 16,
  Array: 17,
  Object: 18,
  Key: 19,
  Null: 20,
  Event: 23,
} as const;

export class SemanticTokensLegend {
  readonly tokenTypes: readonly string[];
  constructor(tokenTypes: readonly string[]) {
    this.tokenTypes = tokenTypes;
  }
}

export class SemanticTokensBuilder {
  private readonly pushed: { readonly range: Range; readonly type: string }[] = [];
  push(range: Range, type: string): void {
    this.pushed.push({ range, type });
  }
  build(): { readonly pushed: readonly { readonly range: Range; readonly type: string }[] } {
    return { pushed: this.pushed };
  }
}

export class InlayHint {
  paddingLeft = false;
  tooltip: string | undefined;
  readonly position: Position;
  readonly label: string;
  constructor(position: Position, label: string) {
    this.position = position;
    this.label = label;
  }
}

export class FoldingRange {
  readonly start: number;
  readonly end: number;
  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }
}

export class SelectionRange {
  readonly range: Range;
  readonly parent: SelectionRange | undefined;
  constructor(range: Range, parent?: SelectionRange) {
    this.range = range;
    this.parent = parent;
  }
}

export class SignatureHelp {
  signatures: unknown[] = [];
  activeSignature = 0;
  activeParameter = 0;
}

export class SignatureInformation {
  parameters: unknown[] = [];
  readonly label: string;
  constructor(label: string) {
    this.label = label;
  }
}

export class ParameterInformation {
  readonly label: string;
  constructor(label: string) {
    this.label = label;
  }
}
