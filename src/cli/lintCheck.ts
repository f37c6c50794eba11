import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { checkAgent } from "../core/config/diagnostics";
import { checkSession } from "../core/config/checkSession";
import { parseDocument } from "../core/config/document";
import type { ConfigDocument } from "../core/config/jsonNode";
import type { LintSettings } from "../core/config/lintSettings";
import { applyLintSettings, enabledCodes, parseLintSettings, settingsFileName, withoutSilenced } from "../core/config/lintSettings";
import type { FileKind } from "../core/config/recognition";
import { recognise } from "../core/config/recognition";
import { checkEncoding } from "../core/config/rules/encodingRules";
import type { SessionContext } from "../core/config/checkSession";
import { checkScript } from "../core/config/script/checkScript";
import { checkPipeline, parseDefinition } from "../core/pipeline/parse";
import type { Project, ProjectProblem, TextFile } from "../core/project/checkProject";
import { checkProject, factsOfDefinition } from "../core/project/checkProject";
import type { DecodedText } from "../core/text/encoding";
import { decodeText } from "../core/text/encoding";
import type { Problem } from "../core/text/problem";

/** A file of the run as it was read. */
export interface LintFile {
  readonly file: string;
  readonly decoded: DecodedText;
  readonly kind: FileKind | undefined;
}

export function readLintFile(file: string, kind: FileKind | "auto"): LintFile {
  const decoded = decodeText(readFileSync(file));
  return { file, decoded, kind: kind === "auto" ? recognise(file, decoded.text) : kind };
}

/** Findings of one file alone. */
export function checkFile({ decoded, kind }: LintFile, settings: readonly LintSettings[] = []): Problem[] {
  const { text } = decoded;
  switch (kind) {
    case "agent": {
      const document = parseDocument(text);
      return withoutSilenced([...checkEncoding(decoded), ...(decoded.unmarked ? [] : checkAgent(document))], document);
    }
    case "session":
      return checkSession(parseDocument(text), sessionEncoding(decoded), enabledCodes(settings));
    case "pipeline":
      return [...checkPipeline(text)];
    case "script":
      return checkScript(text, { byteOrderMark: decoded.encoding !== "utf8" });
    case undefined:
      return [];
  }
}

function sessionEncoding(decoded: DecodedText): SessionContext {
  if (decoded.encoding.startsWith("utf16") || decoded.encoding.startsWith("utf32")) {
    return { encoding: "utf16" };
  }
  return { encoding: decoded.invalidAt !== undefined ? "invalid" : decoded.encoding === "utf8bom" ? "utf8bom" : "utf8" };
}

/** Findings of files that belong together, each only for files of the run. */
export function checkTogether(files: readonly LintFile[]): Map<LintFile, Problem[]> {
  const found = new Map<LintFile, Problem[]>();
  const rest = new Set(files.filter((file) => file.kind !== undefined));
  for (const group of projectsOf(files)) {
    const problems = checkProject(group.project, (document: ConfigDocument, context) => checkAgent(document, context));
    for (const member of group.members) {
      const alone = checkFile(member).filter((problem) => problem.code === "json-encoding" || problem.code === "SSC003");
      found.set(member, silenced(member, [...alone, ...problems.filter((problem) => problem.file === member.file)]));
      rest.delete(member);
    }
  }
  for (const file of rest) {
    found.set(file, checkFile(file));
  }
  return found;
}

function silenced(member: LintFile, problems: readonly (Problem | ProjectProblem)[]): Problem[] {
  const unique = problems.filter(
    (problem, index) => problems.findIndex((other) => other.code === problem.code && other.span.start === problem.span.start) === index,
  );
  return member.kind === "agent" ? withoutSilenced(unique, parseDocument(member.decoded.text)) : unique;
}

interface Group {
  readonly project: Project;
  readonly members: readonly LintFile[];
}

/** The files that a definition binds, and for folders without one the recognised files that lie side by side. */
function projectsOf(files: readonly LintFile[]): Group[] {
  const byPath = new Map(files.map((file) => [resolve(file.file), file]));
  const groups: Group[] = [];
  const grouped = new Set<LintFile>();
  for (const definition of definitionsFor(files)) {
    const group = boundGroup(definition, byPath);
    if (group !== undefined && group.members.some((member) => !grouped.has(member))) {
      groups.push(group);
      group.members.forEach((member) => grouped.add(member));
    }
  }
  const folders = new Map<string, LintFile[]>();
  for (const file of files) {
    if (file.kind !== undefined && !grouped.has(file)) {
      const folder = resolve(dirname(file.file));
      folders.set(folder, [...(folders.get(folder) ?? []), file]);
    }
  }
  for (const [, members] of folders) {
    const group = folderGroup(members);
    if (group !== undefined) {
      groups.push(group);
    }
  }
  return groups;
}

/** Definition files of the run and those beside or above its files. */
function definitionsFor(files: readonly LintFile[]): string[] {
  const found = new Set<string>();
  for (const file of files) {
    if (file.kind === undefined) {
      continue;
    }
    for (let folder = resolve(dirname(file.file)), level = 0; level < 3; folder = dirname(folder), level++) {
      const candidate = join(folder, "appstream-pipeline.json");
      if (existsSync(candidate)) {
        found.add(candidate);
        break;
      }
    }
  }
  return [...found];
}

function boundGroup(definitionPath: string, byPath: ReadonlyMap<string, LintFile>): Group | undefined {
  const text = decodeText(readFileSync(definitionPath)).text;
  const { definition } = parseDefinition(text);
  if (definition === undefined) {
    return undefined;
  }
  const members: LintFile[] = [];
  const load = (path: string | undefined): TextFile | undefined => {
    const full = path === undefined ? undefined : resolve(dirname(definitionPath), path);
    if (full === undefined || !existsSync(full)) {
      return undefined;
    }
    const given = byPath.get(full);
    if (given !== undefined) {
      members.push(given);
    }
    return { file: given?.file ?? shortName(full), text: given?.decoded.text ?? decodeText(readFileSync(full)).text };
  };
  const own = load(basename(definitionPath));
  const agent = load(definition.agentConfig);
  const session = load(definition.sessionConfig);
  const script = load(definition.sessionScript);
  const project: Project = {
    facts: factsOfDefinition(definition),
    scripts: script === undefined ? [] : [script],
    ...(own === undefined ? {} : { definition: own }),
    ...(agent === undefined ? {} : { agent }),
    ...(session === undefined ? {} : { session }),
  };
  return { project, members };
}

function shortName(path: string): string {
  return relative(process.cwd(), path).split(sep).join("/");
}

function folderGroup(members: readonly LintFile[]): Group | undefined {
  const of = (kind: FileKind): LintFile[] => members.filter((member) => member.kind === kind);
  const [agent, otherAgent] = of("agent");
  const [session, otherSession] = of("session");
  const scripts = of("script");
  const parts = [agent, session, ...scripts].filter((part) => part !== undefined);
  if (parts.length < 2 || otherAgent !== undefined || otherSession !== undefined) {
    return undefined;
  }
  const asText = (file: LintFile): TextFile => ({ file: file.file, text: file.decoded.text });
  const project: Project = {
    facts: {},
    scripts: scripts.map(asText),
    ...(agent === undefined ? {} : { agent: asText(agent) }),
    ...(session === undefined ? {} : { session: asText(session) }),
  };
  return { project, members: parts };
}

/** Settings files beside and above a file, outermost first. */
export function settingsFor(file: string, known: Map<string, LintSettings | undefined>): LintSettings[] {
  const found: LintSettings[] = [];
  let folder = resolve(dirname(file));
  for (;;) {
    if (!known.has(folder)) {
      known.set(folder, readSettings(folder));
    }
    const settings = known.get(folder);
    if (settings !== undefined) {
      found.unshift(settings);
    }
    const parent = dirname(folder);
    if (parent === folder) {
      return found;
    }
    folder = parent;
  }
}

function readSettings(folder: string): LintSettings | undefined {
  const path = join(folder, settingsFileName);
  if (!existsSync(path)) {
    return undefined;
  }
  const prefix = folder.split(sep).join("/");
  return parseLintSettings(decodeText(readFileSync(path)).text, path, prefix.endsWith("/") ? prefix : `${prefix}/`);
}

export function withSettings(file: LintFile, problems: readonly Problem[], settings: readonly LintSettings[]): Problem[] {
  const document = file.kind === "script" ? undefined : parseDocument(file.decoded.text);
  return applyLintSettings(problems, settings, resolve(file.file).split(sep).join("/"), document);
}
