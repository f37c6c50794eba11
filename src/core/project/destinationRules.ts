import * as l10n from "@vscode/l10n";
import { isTrue } from "../config/agentModel";
import { setRaw } from "../config/rules/fixes";
import { covers, putRecords } from "./policyGrants";
import type { ProjectView } from "./project";
import { firehoseSinks, head, inAgent, sinks, type Found } from "./projectFinding";

const machineProfile = "appstream_machine_role";

export function profile(view: ProjectView): readonly Found[] {
  return sinks(view).flatMap((sink) => {
    const node = sink.node.member("ProfileName");
    const name = node?.scalar ?? "";
    if (node === undefined || name === "" || view.facts.machineRole === undefined) {
      return [];
    }
    if (name === machineProfile) {
      return view.facts.machineRole === ""
        ? inAgent(
            view,
            node.span,
            l10n.t("The fleet has no IAM role, so the profile {0} does not exist on its instances: every record is denied.", name),
          )
        : [];
    }
    return inAgent(view, node.span, l10n.t("{0} is not the machine role of the fleet: the profile must be part of the image.", name), {
      severity: "warning",
      fixes: [
        {
          title: l10n.t("Use {0}", machineProfile),
          edits: [setRaw(node, JSON.stringify(machineProfile))],
          safe: false,
          preferred: true,
        },
      ],
    });
  });
}

export function otherTarget(view: ProjectView): readonly Found[] {
  const { streamName, region } = view.facts;
  return firehoseSinks(view).flatMap((sink) =>
    [
      { key: "StreamName", wanted: streamName },
      { key: "Region", wanted: region },
    ].flatMap(({ key, wanted }) => {
      const node = sink.node.member(key);
      const value = node?.scalar;
      const same = key === "Region" ? value?.toLowerCase() === wanted?.toLowerCase() : value === wanted;
      if (node === undefined || value === undefined || wanted === undefined || same || value.includes("{") || value === "") {
        return [];
      }
      return inAgent(view, node.span, l10n.t("The pipeline's definition says {0}: records sent to {1} never reach it.", wanted, value), {
        fixes: [{ title: l10n.t("Write {0}", wanted), edits: [setRaw(node, JSON.stringify(wanted))], safe: false, preferred: true }],
      });
    }),
  );
}

export function rolePolicy(view: ProjectView): readonly Found[] {
  const grants = view.facts.rolePolicy;
  const sink = firehoseSinks(view)[0];
  if (grants === undefined || sink === undefined) {
    return [];
  }
  const span = (sink.node.member("ProfileName") ?? sink.idNode)?.span ?? head(sink.node);
  if (!grants.some((grant) => covers(grant.action, putRecords))) {
    return inAgent(
      view,
      span,
      l10n.t("The role of the fleet does not allow firehose:PutRecordBatch, the one call that the agent makes: every record is denied."),
    );
  }
  const wide = grants.some(
    (grant) => grant.action.includes("*") || grant.resource === "*" || /deliverystream\/\*$/.test(grant.resource ?? ""),
  );
  return wide
    ? inAgent(
        view,
        span,
        l10n.t("The role of the fleet allows more than to put records into this stream, and every process of a session can use it."),
      )
    : [];
}

export function combinedRecords(view: ProjectView): readonly Found[] {
  if (!/opensearch|elasticsearch/i.test(view.facts.destination ?? "")) {
    return [];
  }
  return firehoseSinks(view).flatMap((sink) => {
    const property = sink.node.property("CombineRecords");
    return property?.value === undefined || !isTrue(property.value)
      ? []
      : inAgent(
          view,
          property.value.span,
          l10n.t("The stream delivers to a search domain: several documents in one record are refused there."),
          {
            fixes: [{ title: l10n.t("Write {0}", "false"), edits: [setRaw(property.value, "false")], safe: true, preferred: true }],
          },
        );
  });
}
