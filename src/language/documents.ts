import type * as vscode from "vscode";
import { parseDocument } from "../core/config/document";
import type { ConfigDocument } from "../core/config/jsonNode";
import { isCandidate, recognise, type FileKind } from "../core/config/recognition";

/** A recognised document, parsed once per version. */
export interface OpenFile {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly kind: FileKind;
  readonly text: string;
  readonly parsed: ConfigDocument | undefined;
}

/** What a person said about a file, by URI text. */
export interface Marks {
  get(uri: string): FileKind | "none" | undefined;
  set(uri: string, kind: FileKind | "none" | undefined): Thenable<void>;
}

/** Knows which open documents are ours; a file that was recognised once stays so while it is open, broken or not. */
export class Documents {
  private readonly marks: Marks;
  private readonly files = new Map<string, OpenFile>();
  private readonly known = new Map<string, FileKind>();

  constructor(marks: Marks) {
    this.marks = marks;
  }

  get(document: vscode.TextDocument): OpenFile | undefined {
    const key = document.uri.toString();
    const cached = this.files.get(key);
    if (cached?.document === document && cached.version === document.version) {
      return cached;
    }
    const file = this.read(document, key);
    if (file === undefined) {
      this.files.delete(key);
    } else {
      this.files.set(key, file);
      this.known.set(key, file.kind);
    }
    return file;
  }

  /** A JSON document with its tree; undefined for scripts, definitions and files that are not ours. */
  json(document: vscode.TextDocument): (OpenFile & { readonly kind: "agent" | "session"; readonly parsed: ConfigDocument }) | undefined {
    const file = this.get(document);
    const { kind, parsed } = file ?? {};
    return file === undefined || parsed === undefined || (kind !== "agent" && kind !== "session") ? undefined : { ...file, kind, parsed };
  }

  forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    this.files.delete(key);
    this.known.delete(key);
  }

  async mark(document: vscode.TextDocument, kind: FileKind | "none" | undefined): Promise<void> {
    await this.marks.set(document.uri.toString(), kind);
    this.forget(document);
  }

  private read(document: vscode.TextDocument, key: string): OpenFile | undefined {
    const mark = this.marks.get(key);
    if (mark === "none" || !isReadable(document) || (mark === undefined && !isCandidate(document.uri.path))) {
      return undefined;
    }
    const text = document.getText();
    const parsed = document.languageId === "powershell" ? undefined : parseDocument(text);
    const kind =
      mark ?? recognise(document.uri.path, text.includes("\0") ? text.replaceAll("\0", "") : (parsed ?? text)) ?? this.known.get(key);
    return kind === undefined ? undefined : { document, version: document.version, kind, text, parsed };
  }
}

const languages = new Set(["json", "jsonc", "powershell"]);

/** Saved, unsaved and virtual files; not the two sides of a comparison, output panels and the like. */
export function isReadable(document: vscode.TextDocument): boolean {
  return languages.has(document.languageId) && !["git", "output", "vscode-scm", "comment"].includes(document.uri.scheme);
}
