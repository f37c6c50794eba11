import { checkSession, type SessionContext } from "../config/checkSession";
import { checkAgent, type AgentContext } from "../config/diagnostics";
import { parseDocument } from "../config/document";
import type { ConfigDocument } from "../config/jsonNode";
import { withoutSilenced } from "../config/lintSettings";
import type { FileKind } from "../config/recognition";
import { checkEncoding } from "../config/rules/encodingRules";
import { checkScript } from "../config/script/checkScript";
import type { ScriptContext } from "../config/script/scriptRule";
import { checkPipeline } from "../pipeline/parse";
import type { DecodedText } from "../text/encoding";
import type { Problem } from "../text/problem";

/** What is known beyond the text of one file. */
export interface FileContext {
  /** How the bytes were read; absent where an editor has decoded them. */
  readonly decoded?: DecodedText;
  /** Codes of rules that are off by default and wanted. */
  readonly enabled?: ReadonlySet<string>;
  readonly agent?: AgentContext;
  readonly session?: SessionContext;
  readonly script?: ScriptContext;
}

/** Findings of one file of a known kind, as its own comments want them. */
export function checkFile(kind: FileKind, source: string | ConfigDocument, context: FileContext = {}): readonly Problem[] {
  const { decoded, enabled } = context;
  const parsed = (): ConfigDocument => (typeof source === "string" ? parseDocument(source) : source);
  switch (kind) {
    case "agent": {
      const document = parsed();
      const own = decoded?.unmarked === true ? [] : checkAgent(document, context.agent);
      return withoutSilenced(decoded === undefined ? own : [...checkEncoding(decoded), ...own], document);
    }
    case "session":
      return checkSession(parsed(), { ...context.session, ...sessionEncoding(decoded) }, enabled);
    case "script":
      return checkScript(typeof source === "string" ? source : source.text, { ...context.script, ...scriptEncoding(decoded) });
    case "pipeline":
      return checkPipeline(typeof source === "string" ? source : source.text);
  }
}

function sessionEncoding(decoded: DecodedText | undefined): Pick<SessionContext, "encoding"> {
  if (decoded === undefined) {
    return {};
  }
  if (decoded.encoding.startsWith("utf16") || decoded.encoding.startsWith("utf32")) {
    return { encoding: "utf16" };
  }
  return { encoding: decoded.invalidAt !== undefined ? "invalid" : decoded.encoding === "utf8bom" ? "utf8bom" : "utf8" };
}

function scriptEncoding(decoded: DecodedText | undefined): Pick<ScriptContext, "byteOrderMark"> {
  return decoded === undefined ? {} : { byteOrderMark: decoded.encoding !== "utf8" };
}
