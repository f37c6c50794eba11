// A hand-written stand-in for the editor: it holds only what the product uses and throws at anything else.
// Tests steer it through `fake`; the product's "vscode" import is replaced by this file when adapter tests are built.
import { Disposable, EventEmitter, FileSystemError, Uri } from "./vscodeTypes";
import { createQuickPick, createInputBox } from "./vscodePickers";
import { createDocument, type FakeDocument } from "./vscodeDocument";

export * from "./vscodeTypes";
export const version = "1.105.0";

export interface ShownMessage {
  readonly kind: "information" | "warning" | "error";
  readonly text: string;
  readonly modal: boolean;
  readonly detail: string | undefined;
  readonly actions: readonly string[];
}

type Items = readonly (string | { readonly label: string })[];

const initial = () => ({
  /** Full setting names to values. */
  settings: new Map<string, unknown>(),
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  executed: [] as { readonly id: string; readonly args: readonly unknown[] }[],
  contexts: new Map<string, unknown>(),
  messages: [] as ShownMessage[],
  statusBarItems: [] as Record<string, unknown>[],
  trees: new Map<string, FakeTreeView>(),
  terminals: [] as {
    readonly name: string;
    readonly options: unknown;
    readonly sent: string[];
    shown: boolean;
    readonly terminal: unknown;
  }[],
  outputs: new Map<string, { readonly lines: string[]; readonly languageId: string | undefined; shown: boolean; disposed: boolean }>(),
  progress: [] as { readonly options: unknown; readonly reports: unknown[]; ended: boolean; cancel(): void }[],
  clipboard: "",
  opened: [] as string[],
  /** URI text to content, for workspace.fs, openTextDocument and findFiles. */
  files: new Map<string, string>(),
  providers: [] as { readonly kind: string; readonly selector: unknown; readonly provider: unknown }[],
  diagnostics: new Map<string, readonly unknown[]>(),
  /** What the user does; a test replaces what it needs, anything unforeseen is declined (undefined). */
  user: {
    message: (_message: ShownMessage): string | undefined => undefined,
    pick: (_items: Items, _options: Record<string, unknown>): unknown => undefined,
    input: (_options: Record<string, unknown>): string | undefined => undefined,
    /** A dialog made with createQuickPick or createInputBox was shown. */
    dialog: (_dialog: ReturnType<typeof createQuickPick> | ReturnType<typeof createInputBox>): void => undefined,
    openDialog: (): readonly Uri[] | undefined => undefined,
    saveDialog: (): Uri | undefined => undefined,
  },
  /** Texts of new documents without a file. */
  created: [] as string[],
  trusted: true,
  folders: undefined as readonly { readonly uri: Uri; readonly name: string; readonly index: number }[] | undefined,
  documents: [] as FakeDocument[],
  activeEditor: undefined as { readonly document: FakeDocument; readonly selection?: { readonly active: unknown } } | undefined,
});

export const fake = {
  ...initial(),
  events: {
    configuration: new EventEmitter<{ affectsConfiguration(name: string): boolean }>(),
    trust: new EventEmitter<void>(),
    folders: new EventEmitter<unknown>(),
    opened: new EventEmitter<FakeDocument>(),
    closed: new EventEmitter<FakeDocument>(),
    changed: new EventEmitter<{ document: FakeDocument; contentChanges: readonly unknown[] }>(),
    saved: new EventEmitter<FakeDocument>(),
    activeEditor: new EventEmitter<unknown>(),
    visibleEditors: new EventEmitter<readonly unknown[]>(),
    windowState: new EventEmitter<{ focused: boolean; active: boolean }>(),
    closedTerminal: new EventEmitter<unknown>(),
    fileCreated: new EventEmitter<Uri>(),
    fileChanged: new EventEmitter<Uri>(),
    fileDeleted: new EventEmitter<Uri>(),
  },
  /** Forgets everything; call before each test. */
  reset(): void {
    Object.assign(fake, initial());
    Object.values(fake.events).forEach((emitter) => {
      emitter.dispose();
    });
  },
  closeTerminal(at: number, code: number): void {
    const terminal = fake.terminals[at]?.terminal as { exitStatus: unknown };
    terminal.exitStatus = { code };
    fake.events.closedTerminal.fire(terminal);
  },
  open(uri: Uri, languageId: string, text: string): FakeDocument {
    const document = createDocument(uri, languageId, text);
    fake.documents.push(document);
    fake.events.opened.fire(document);
    return document;
  },
  change(document: FakeDocument, text: string): void {
    document.setText(text);
    fake.events.changed.fire({ document, contentChanges: [{ text }] });
  },
  close(document: FakeDocument): void {
    fake.documents = fake.documents.filter((each) => each !== document);
    fake.events.closed.fire(document);
  },
};

export interface FakeTreeView {
  readonly options: { readonly treeDataProvider: unknown };
  readonly revealed: unknown[];
  readonly visibility: EventEmitter<{ visible: boolean }>;
  visible: boolean;
  title: string | undefined;
  description: string | undefined;
  message: string | undefined;
  setVisible(visible: boolean): void;
}

/** Reading a member that the fake does not have is a failure of the test, not undefined. */
function strict<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get: (target, key) => {
      if (!(key in target) && typeof key === "string" && key !== "then" && key !== "toJSON") {
        throw new Error(`the fake editor has no ${name}.${key}`);
      }
      return Reflect.get(target, key) as unknown;
    },
  });
}

function message(kind: ShownMessage["kind"]) {
  return async (text: string, ...rest: unknown[]): Promise<unknown> => {
    const options =
      typeof rest[0] === "object" && rest[0] !== null && !("title" in rest[0])
        ? (rest.shift() as { modal?: boolean; detail?: string })
        : {};
    const titles = rest.map((action) => (typeof action === "string" ? action : (action as { title: string }).title));
    const shown: ShownMessage = { kind, text, modal: options.modal === true, detail: options.detail, actions: titles };
    fake.messages.push(shown);
    const choice = fake.user.message(shown);
    return choice === undefined ? undefined : rest[titles.indexOf(choice)];
  };
}

function createOutputChannel(name: string, options?: string | { log: true }): unknown {
  const record = { lines: [] as string[], languageId: typeof options === "string" ? options : undefined, shown: false, disposed: false };
  fake.outputs.set(name, record);
  const level = (label: string) => (text: string) => record.lines.push(`[${label}] ${text}`);
  return strict("OutputChannel", {
    name,
    append: (text: string) => {
      const last = record.lines.pop() ?? "";
      record.lines.push(...`${last}${text}`.split("\n"));
    },
    appendLine: (text: string) => record.lines.push(text),
    replace: (text: string) => record.lines.splice(0, record.lines.length, ...text.split("\n")),
    clear: () => record.lines.splice(0),
    show: () => {
      record.shown = true;
    },
    hide: () => {
      record.shown = false;
    },
    dispose: () => {
      record.disposed = true;
    },
    trace: level("trace"),
    debug: level("debug"),
    info: level("info"),
    warn: level("warn"),
    error: level("error"),
  });
}

function createTreeView(
  id: string,
  options: { readonly treeDataProvider: unknown },
): FakeTreeView & { readonly onDidChangeVisibility: unknown } {
  const visibility = new EventEmitter<{ visible: boolean }>();
  const revealed: unknown[] = [];
  const view = {
    options,
    revealed,
    visibility,
    visible: false,
    title: undefined as string | undefined,
    description: undefined as string | undefined,
    message: undefined as string | undefined,
    badge: undefined as unknown,
    selection: [] as unknown[],
    onDidChangeVisibility: visibility.event,
    onDidExpandElement: new EventEmitter<unknown>().event,
    onDidCollapseElement: new EventEmitter<unknown>().event,
    onDidChangeSelection: new EventEmitter<unknown>().event,
    setVisible: (visible: boolean) => {
      view.visible = visible;
      visibility.fire({ visible });
    },
    reveal: async (element: unknown) => {
      revealed.push(element);
    },
    dispose: () => fake.trees.delete(id),
  };
  fake.trees.set(id, view);
  return view;
}

function createStatusBarItem(id: unknown, alignment?: number, priority?: number): unknown {
  const item: Record<string, unknown> = {
    id,
    alignment,
    priority,
    text: "",
    name: undefined,
    tooltip: undefined,
    command: undefined,
    backgroundColor: undefined,
    color: undefined,
    accessibilityInformation: undefined,
    visible: false,
    show: () => {
      item["visible"] = true;
    },
    hide: () => {
      item["visible"] = false;
    },
    dispose: () => {
      fake.statusBarItems = fake.statusBarItems.filter((each) => each !== item);
    },
  };
  fake.statusBarItems.push(item);
  return item;
}

export const window = strict("window", {
  showInformationMessage: message("information"),
  showWarningMessage: message("warning"),
  showErrorMessage: message("error"),
  showQuickPick: async (items: Items | PromiseLike<Items>, options: Record<string, unknown> = {}) => fake.user.pick(await items, options),
  showInputBox: async (options: Record<string, unknown> = {}) => fake.user.input(options),
  showOpenDialog: async () => fake.user.openDialog(),
  showSaveDialog: async () => fake.user.saveDialog(),
  createQuickPick: () => createQuickPick((dialog) => fake.user.dialog(dialog)),
  createInputBox: () => createInputBox((dialog) => fake.user.dialog(dialog)),
  createOutputChannel,
  createStatusBarItem,
  createTreeView,
  createTerminal: (options: { readonly name?: string }) => {
    const sent: string[] = [];
    const terminal = strict("Terminal", {
      name: options.name ?? "",
      exitStatus: undefined,
      sendText: (text: string) => sent.push(text),
      show: () => {
        record.shown = true;
      },
      dispose: () => undefined,
    });
    const record = { name: terminal.name, options, sent, shown: false, terminal };
    fake.terminals.push(record);
    return terminal;
  },
  withProgress: async (options: unknown, task: (progress: unknown, token: unknown) => Promise<unknown>) => {
    const cancellation = new EventEmitter<void>();
    const cancel = (): void => {
      cancellation.fire(undefined);
    };
    const record = { options, reports: [] as unknown[], ended: false, cancel };
    fake.progress.push(record);
    const token = { isCancellationRequested: false, onCancellationRequested: cancellation.event };
    try {
      return await task({ report: (value: unknown) => record.reports.push(value) }, token);
    } finally {
      record.ended = true;
    }
  },
  showTextDocument: async (target: unknown) => {
    fake.opened.push(target instanceof Uri ? target.toString() : (target as FakeDocument).uri.toString());
    return { document: target };
  },
  get activeTextEditor() {
    return fake.activeEditor;
  },
  get visibleTextEditors() {
    return fake.activeEditor === undefined ? [] : [fake.activeEditor];
  },
  state: { focused: true, active: true },
  onDidChangeActiveTextEditor: fake.events.activeEditor.event,
  onDidChangeVisibleTextEditors: fake.events.visibleEditors.event,
  onDidChangeWindowState: fake.events.windowState.event,
  onDidCloseTerminal: fake.events.closedTerminal.event,
});

export const commands = strict("commands", {
  registerCommand: (id: string, handler: (...args: unknown[]) => unknown) => {
    if (fake.commands.has(id)) {
      throw new Error(`command ${id} is registered twice`);
    }
    fake.commands.set(id, handler);
    return new Disposable(() => fake.commands.delete(id));
  },
  executeCommand: async (id: string, ...args: unknown[]): Promise<unknown> => {
    fake.executed.push({ id, args });
    if (id === "setContext") {
      fake.contexts.set(String(args[0]), args[1]);
      return undefined;
    }
    if (id === "vscode.open") {
      fake.opened.push(String(args[0]));
    }
    return fake.commands.get(id)?.(...args);
  },
  getCommands: async () => [...fake.commands.keys()],
});

function configuration(section: string) {
  const full = (name: string) => (section === "" ? name : `${section}.${name}`);
  return strict("WorkspaceConfiguration", {
    get: (name: string, fallback?: unknown) => fake.settings.get(full(name)) ?? fallback,
    has: (name: string) => fake.settings.has(full(name)),
    inspect: (name: string) => ({ key: full(name), workspaceValue: fake.settings.get(full(name)) }),
    update: async (name: string, value: unknown) => {
      if (value === undefined) {
        fake.settings.delete(full(name));
      } else {
        fake.settings.set(full(name), value);
      }
      fake.events.configuration.fire({ affectsConfiguration: (asked) => full(name) === asked || full(name).startsWith(`${asked}.`) });
    },
  });
}

const files = strict("workspace.fs", {
  readFile: async (uri: Uri) => new TextEncoder().encode(contentOf(uri)),
  writeFile: async (uri: Uri, content: Uint8Array) => {
    fake.files.set(uri.toString(), new TextDecoder().decode(content));
  },
  stat: async (uri: Uri) => ({ type: 1, size: contentOf(uri).length, ctime: 0, mtime: 0 }),
  createDirectory: async () => undefined,
  readDirectory: async (uri: Uri) => {
    const folder = `${uri.toString()}/`;
    const names = [...fake.files.keys()].filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length));
    return [...new Set(names.map((name) => name.split("/")[0] ?? ""))].map((name) => [name, names.includes(name) ? 1 : 2]);
  },
  delete: async (uri: Uri) => {
    fake.files.delete(uri.toString());
  },
});

function contentOf(uri: Uri): string {
  const found = fake.files.get(uri.toString());
  if (found === undefined) {
    throw FileSystemError.FileNotFound(uri);
  }
  return found;
}

export const workspace = strict("workspace", {
  get isTrusted() {
    return fake.trusted;
  },
  get workspaceFolders() {
    return fake.folders;
  },
  get textDocuments() {
    return fake.documents;
  },
  name: undefined,
  fs: files,
  getConfiguration: (section = "") => configuration(section),
  getWorkspaceFolder: (uri: Uri) => fake.folders?.find((folder) => uri.toString().startsWith(`${folder.uri.toString()}/`)),
  asRelativePath: (target: Uri | string) => {
    const path = typeof target === "string" ? target : target.path;
    const folder = fake.folders?.find((each) => path.startsWith(`${each.uri.path}/`));
    return folder === undefined ? path : path.slice(folder.uri.path.length + 1);
  },
  findFiles: async (include: string | { pattern: string }) => {
    const name = (typeof include === "string" ? include : include.pattern).split("/").at(-1) ?? "";
    const pattern = name.replace(/[.]/g, "\\.").replace(/[*]/g, "[^/]*").replace("{", "(").replace("}", ")").replaceAll(",", "|");
    const matches = new RegExp(`/${pattern}$`);
    return [...fake.files.keys()].filter((uri) => matches.test(uri)).map((uri) => Uri.parse(uri));
  },
  openTextDocument: async (target: Uri | { content?: string; language?: string }) => {
    if (!(target instanceof Uri)) {
      fake.created.push(target.content ?? "");
      return createDocument(Uri.parse("untitled:Untitled-1"), target.language ?? "plaintext", target.content ?? "");
    }
    const provided = fake.providers.find((each) => each.kind === "content" && each.selector === target.scheme)?.provider;
    const content = (provided as { provideTextDocumentContent(uri: Uri): string } | undefined)?.provideTextDocumentContent(target);
    return (
      fake.documents.find((each) => each.uri.toString() === target.toString()) ??
      createDocument(target, "plaintext", content ?? contentOf(target))
    );
  },
  createFileSystemWatcher: () =>
    strict("FileSystemWatcher", {
      onDidCreate: fake.events.fileCreated.event,
      onDidChange: fake.events.fileChanged.event,
      onDidDelete: fake.events.fileDeleted.event,
      dispose: () => undefined,
    }),
  registerTextDocumentContentProvider: register("content"),
  applyEdit: async () => true,
  onDidChangeConfiguration: fake.events.configuration.event,
  onDidGrantWorkspaceTrust: fake.events.trust.event,
  onDidChangeWorkspaceFolders: fake.events.folders.event,
  onDidOpenTextDocument: fake.events.opened.event,
  onDidCloseTextDocument: fake.events.closed.event,
  onDidChangeTextDocument: fake.events.changed.event,
  onDidSaveTextDocument: fake.events.saved.event,
});

function register(kind: string) {
  return (selector: unknown, provider: unknown) => {
    const entry = { kind, selector, provider };
    fake.providers.push(entry);
    return new Disposable(() => {
      fake.providers = fake.providers.filter((each) => each !== entry);
    });
  };
}

export const languages = strict("languages", {
  match: () => 10,
  setTextDocumentLanguage: async (document: FakeDocument, languageId: string) => {
    document.languageId = languageId;
    return document;
  },
  createDiagnosticCollection: (name: string) =>
    strict("DiagnosticCollection", {
      name,
      set: (uri: Uri, diagnostics: readonly unknown[] | undefined) => fake.diagnostics.set(uri.toString(), diagnostics ?? []),
      get: (uri: Uri) => fake.diagnostics.get(uri.toString()),
      delete: (uri: Uri) => fake.diagnostics.delete(uri.toString()),
      clear: () => {
        fake.diagnostics.clear();
      },
      dispose: () => {
        fake.diagnostics.clear();
      },
    }),
  registerCompletionItemProvider: register("completion"),
  registerHoverProvider: register("hover"),
  registerCodeActionsProvider: register("codeActions"),
  registerCodeLensProvider: register("codeLens"),
  registerDocumentSymbolProvider: register("documentSymbols"),
  registerDefinitionProvider: register("definition"),
  registerReferenceProvider: register("references"),
  registerRenameProvider: register("rename"),
  registerDocumentHighlightProvider: register("highlights"),
  registerDocumentLinkProvider: register("links"),
  registerSignatureHelpProvider: register("signatures"),
  registerFoldingRangeProvider: register("folding"),
  registerSelectionRangeProvider: register("selection"),
  registerInlayHintsProvider: register("inlayHints"),
  registerDocumentSemanticTokensProvider: register("semanticTokens"),
});

export const env = strict("env", {
  appName: "Fake",
  appHost: "desktop",
  language: "en",
  remoteName: undefined,
  uiKind: 1,
  clipboard: {
    writeText: async (text: string) => {
      fake.clipboard = text;
    },
    readText: async () => fake.clipboard,
  },
  openExternal: async (uri: Uri) => {
    fake.opened.push(uri.toString());
    return true;
  },
  asExternalUri: async (uri: Uri) => uri,
});

export const l10n = strict("l10n", {
  bundle: undefined,
  uri: undefined,
  t: (text: string, ...args: unknown[]) => text.replace(/\{(\d+)\}/g, (_, at: string) => String(args[Number(at)])),
});

export const extensions = strict("extensions", { getExtension: () => undefined, all: [] });
