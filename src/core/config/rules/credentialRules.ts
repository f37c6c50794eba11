import * as l10n from "@vscode/l10n";
import type { Declaration } from "../agentModel";
import type { JsonProperty } from "../jsonNode";
import { fix, insertMember, nearest, removeKeyFix, removeMember, setString } from "./fixes";
import { placeOf } from "./keyRules";
import type { Report } from "./report";
import { hasEdgeBlanks, hasMarkup } from "./sinkNames";

const machineProfile = "appstream_machine_role";
const keyId = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;

export function checkCredentials(report: Report): void {
  const { model } = report;
  const users = [
    ...model.declarations.Sinks.filter((sink) => sink.type !== undefined && sink.type !== "FileSystem"),
    ...model.declarations.Plugins,
  ];
  for (const declared of users) {
    checkKeyPair(report, declared);
    checkPrecedence(report, declared);
  }
  for (const sink of users) {
    if (sink.section === "Sinks") {
      checkProfile(report, sink);
    }
  }
  checkKeyIds(report);
}

function filled(declared: Declaration, key: string): JsonProperty | undefined {
  const property = declared.node.property(key);
  return (property?.value?.scalar ?? "").trim() === "" ? undefined : property;
}

function checkKeyPair(report: Report, declared: Declaration): void {
  const access = filled(declared, "AccessKey");
  const secret = filled(declared, "SecretKey");
  const first = access ?? secret;
  if (first?.value === undefined) {
    return;
  }
  const edits = [
    removeMember(declared.node, first),
    ...(access !== undefined && secret !== undefined ? [removeMember(declared.node, secret)] : []),
  ];
  const profile = declared.node.property("ProfileName");
  const insertion = profile === undefined ? [insertMember(declared.node, "ProfileName", JSON.stringify(machineProfile))] : [];
  const overlapping = edits.some((edit) => insertion.some((one) => one.span.start <= edit.span.end));
  const title = profile === undefined ? l10n.t("Use the profile {0}", machineProfile) : l10n.t("Remove the keys");
  report.add(
    "hardcoded-credentials",
    first.value.contentSpan,
    l10n.t("Anyone who can read this file, or an image that holds it, has these keys."),
    {
      fixes: overlapping ? [replacementFix(declared, access, secret, title)] : [fix(title, [...edits, ...insertion], { preferred: true })],
    },
  );
  if (declared.node.property("CredentialRef") !== undefined || profile !== undefined || (access !== undefined && secret !== undefined)) {
    return;
  }
  if (access !== undefined) {
    report.add("incomplete-key-pair", access.key.span, l10n.t("AccessKey without SecretKey makes the sink fail."), {
      fixes: [removeKeyFix(declared.node, access)],
    });
  } else if (secret !== undefined) {
    report.add(
      "incomplete-key-pair",
      secret.key.span,
      l10n.t("SecretKey without AccessKey is ignored: the agent looks for other credentials."),
      {
        severity: "warning",
        fixes: [removeKeyFix(declared.node, secret)],
      },
    );
  }
}

/** The profile takes the place of the first key, the second one goes. */
function replacementFix(
  declared: Declaration,
  access: JsonProperty | undefined,
  secret: JsonProperty | undefined,
  title: string,
): ReturnType<typeof fix> {
  const first = access ?? secret;
  const member = `"ProfileName": ${JSON.stringify(machineProfile)}`;
  const replaced = first === undefined ? [] : [{ span: { start: first.start, end: first.end }, text: member }];
  const removed = access !== undefined && secret !== undefined ? [removeMember(declared.node, secret)] : [];
  const safe = removed.every((edit) => replaced.every((one) => edit.span.start >= one.span.end || edit.span.end <= one.span.start));
  return fix(title, safe ? [...replaced, ...removed] : replaced, { preferred: true });
}

function checkPrecedence(report: Report, declared: Declaration): void {
  const given = ["CredentialRef", "ProfileName", "AccessKey"].flatMap((key) => filled(declared, key) ?? []);
  const [winner, ...others] = given;
  for (const other of winner === undefined ? [] : others) {
    report.add("credential-precedence", other.key.span, l10n.t("{0} is ignored because {1} wins.", other.name, winner?.name ?? ""), {
      fixes: [removeKeyFix(declared.node, other)],
      unnecessary: true,
    });
  }
}

function checkProfile(report: Report, sink: Declaration): void {
  if (report.context.appstream === false) {
    return;
  }
  const property = sink.node.property("ProfileName");
  const name = property?.value?.scalar;
  if (filled(sink, "CredentialRef") !== undefined || name === machineProfile) {
    return;
  }
  if (property?.value !== undefined && name !== undefined && name.trim() !== "") {
    if ((hasEdgeBlanks(name) && name.trim() === machineProfile) || hasMarkup(name)) {
      return;
    }
    report.add(
      "appstream-profile",
      property.value.contentSpan,
      l10n.t(
        "On AppStream only the profile {0} has the fleet's permissions: calls with another one are denied and batches are lost.",
        machineProfile,
      ),
      {
        fixes: [
          fix(l10n.t("Set {0}", machineProfile), [setString(property.value, machineProfile)], {
            preferred: true,
            safe: nearest(name, [machineProfile]) !== undefined && name.length > 12,
          }),
        ],
      },
    );
  } else if (filled(sink, "AccessKey") === undefined && filled(sink, "SecretKey") === undefined) {
    const edit =
      property?.value === undefined
        ? insertMember(sink.node, "ProfileName", JSON.stringify(machineProfile))
        : setString(property.value, machineProfile);
    report.add(
      "appstream-profile",
      property?.value?.span ?? placeOf(sink.node, sink),
      l10n.t("On AppStream a sink without the profile {0} has no permissions: calls are denied and batches are lost.", machineProfile),
      {
        fixes: [fix(l10n.t("Set {0}", machineProfile), [edit], { preferred: true })],
      },
    );
  }
}

/** Key-shaped text anywhere, comments included, but not where the keys have been reported already. */
function checkKeyIds(report: Report): void {
  const { text } = report.model.document;
  if (!text.includes("AKIA") && !text.includes("ASIA")) {
    return;
  }
  const reported = report.problems.filter((problem) => problem.code === "hardcoded-credentials");
  for (const match of text.matchAll(keyId)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (!reported.some((problem) => problem.span.start <= span.start && span.end <= problem.span.end)) {
      report.add(
        "hardcoded-credentials",
        span,
        l10n.t("This looks like an access key: anyone who can read this file, or an image that holds it, has it."),
      );
    }
  }
}
