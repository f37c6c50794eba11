import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import * as l10n from "@vscode/l10n";
import type { Environment } from "../core/aws/profile";
import { AppError } from "../core/errors";

/**
 * Whom a connection trusts: nothing where Node.js knows it by itself. What the variable AWS_CA_BUNDLE names, which Node.js does not
 * know, and `further` (PEM) are trusted besides; a list replaces what Node.js has read from NODE_EXTRA_CA_CERTS, so that is in it too.
 */
export function trusted(environment: Environment | undefined, further?: string): { readonly ca?: string[] } {
  const bundle = environment?.["AWS_CA_BUNDLE"] ?? "";
  if (bundle === "" && further === undefined) {
    return {};
  }
  const named = bundle === "" ? [] : [readBundle(bundle)];
  return { ca: [...rootCertificates, ...extraOf(environment), ...named, ...(further === undefined ? [] : [further])] };
}

function readBundle(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new AppError("invalidInput", l10n.t("The certificates that AWS_CA_BUNDLE names cannot be read: {0}", path), {
      next: l10n.t("Give it the path of a file with certificates (PEM), or unset it."),
      cause,
    });
  }
}

/** As Node.js does it: a file that cannot be read adds nothing. */
function extraOf(environment: Environment | undefined): string[] {
  const path = environment?.["NODE_EXTRA_CA_CERTS"] ?? "";
  if (path === "") {
    return [];
  }
  try {
    return [readFileSync(path, "utf8")];
  } catch {
    return [];
  }
}
