import * as l10n from "@vscode/l10n";
import type { DecodedText } from "../../text/encoding";
import type { Problem } from "../../text/problem";
import { utf8Fix } from "./fixes";

/** Findings about the bytes of an appsettings.json. */
export function checkEncoding(decoded: DecodedText): Problem[] {
  if (decoded.unmarked) {
    const message = l10n.t("The file is UTF-16 without byte order mark: the agent reads it as UTF-8 and rejects it. Save it as UTF-8.");
    return [
      {
        span: { start: 0, end: Math.min(1, decoded.text.length) },
        severity: "error",
        code: "json-encoding",
        message,
        fixes: [utf8Fix(true)],
      },
    ];
  }
  if (decoded.invalidAt !== undefined) {
    const message = l10n.t(
      "These bytes are not UTF-8: the agent replaces them, so that names and paths do not match. Save the file as UTF-8.",
    );
    return [
      {
        span: { start: decoded.invalidAt, end: decoded.invalidAt + 1 },
        severity: "warning",
        code: "json-encoding",
        message,
        fixes: [utf8Fix(false)],
      },
    ];
  }
  return [];
}
