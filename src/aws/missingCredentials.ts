import * as l10n from "@vscode/l10n";
import type { Connection } from "../core/aws/connection";
import { AppError } from "../core/errors";
import { listProfiles, type ProfileFileProblem } from "./profiles";
import { sharedFilePaths } from "./sharedFiles";

/** What to tell when no provider of the SDK gave credentials: the SDK's own text names neither file nor line. */
export async function missingCredentials(connection: Connection, cause: Error): Promise<AppError> {
  const { profiles, problems } = await listProfiles(connection.sharedFiles);
  const { profile } = connection;
  const known = profiles.some(({ name }) => name === profile);
  const message = [
    profile === undefined ? noneFound() : known ? unusable(profile, cause.message) : unknown(profile, connection),
    ...problems.map(problemText),
  ].join(" ");
  const next =
    profile === undefined
      ? l10n.t("Run aws configure, sign in, or choose a profile.")
      : known
        ? l10n.t("Edit the profile or choose another one.")
        : l10n.t("Choose another profile or add this one.");
  return new AppError("notConnected", message, { cause, next, code: cause.name });
}

function noneFound(): string {
  return l10n.t("No AWS credentials were found: the environment holds none, and there is no default profile.");
}

function unusable(profile: string, text: string): string {
  return l10n.t("There are no usable credentials in profile {0}: {1}.", profile, text.trim().replace(/\.$/, ""));
}

function unknown(profile: string, connection: Connection): string {
  const { config, credentials } = sharedFilePaths(connection.sharedFiles);
  return l10n.t("The profile {0} stands neither in {1} nor in {2}.", profile, config, credentials);
}

function problemText({ path, line, message }: ProfileFileProblem): string {
  return line === 0 ? l10n.t("{0} cannot be read: {1}.", path, message) : l10n.t("Line {0} of {1}: {2}", line, path, message);
}
