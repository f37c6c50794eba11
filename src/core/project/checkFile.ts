import { checkSession } from "../config/checkSession";
import { parseDocument } from "../config/document";
import type { ConfigDocument } from "../config/jsonNode";
import type { FileKind } from "../config/recognition";
import { checkScript } from "../config/script/checkScript";
import { checkPipeline } from "../pipeline/parse";
import type { Problem } from "../text/problem";

/** Findings of one file of a known kind, without what other files would tell. */
export function checkFile(kind: FileKind, source: string | ConfigDocument): readonly Problem[] {
  const text = typeof source === "string" ? source : source.text;
  switch (kind) {
    case "agent":
      return [];
    case "session":
      return checkSession(typeof source === "string" ? parseDocument(source) : source);
    case "script":
      return checkScript(text);
    case "pipeline":
      return checkPipeline(text);
  }
}
