import type { Problem } from "../text/problem";
import { agentModel } from "./agentModel";
import { sectionNames } from "./agentSchema";
import { parseDocument } from "./document";
import type { ConfigDocument, SyntaxKind } from "./jsonNode";
import { checkCounters } from "./rules/counterRules";
import { checkCredentials } from "./rules/credentialRules";
import { checkDecorations } from "./rules/decorationRules";
import { checkDuplicateKeys } from "./rules/duplicateKeys";
import { checkEnum, checkType } from "./rules/enumRules";
import { checkEventSources } from "./rules/eventRules";
import { checkIds } from "./rules/idRules";
import { checkKey, checkRequired } from "./rules/keyRules";
import { walkMembers } from "./rules/members";
import { checkPipes } from "./rules/pipeRules";
import { checkReferences } from "./rules/referenceRules";
import type { AgentContext } from "./rules/report";
import { Report } from "./rules/report";
import { checkSections } from "./rules/sectionRules";
import { checkSinks } from "./rules/sinkRules";
import { checkFileSources } from "./rules/sourceRules";
import { checkRoot, checkSyntax, isPasted } from "./rules/syntaxRules";
import { checkCharacters } from "./rules/textRules";
import { checkValue } from "./rules/valueRules";

export type { AgentContext } from "./rules/report";

/** Mistakes that leave open how the rest was meant: what follows them is not judged. */
const misleading: ReadonlySet<SyntaxKind> = new Set<SyntaxKind>([
  "unexpected",
  "missingColon",
  "missingValue",
  "missingKey",
  "unclosed",
  "unclosedString",
  "unclosedComment",
  "trailingText",
  "tooDeep",
]);

/** Rules about what is not there; in a broken file it may be there all the same. */
const absence =
  /^(?:missing-|credential-missing|dangling-|unused-|region-missing|appstream-profile|section-shape|perf-instances|empty-json|unflushed)/;

/** All findings about an agent's appsettings.json, in the order of the text. */
export function checkAgent(source: ConfigDocument | string, context: AgentContext = {}): Problem[] {
  const document = typeof source === "string" ? parseDocument(source) : source;
  const syntax = new Report(agentModel(document), context);
  checkSyntax(syntax);
  const content = new Report(agentModel(document), context);
  checkContent(content);
  return [...syntax.problems, ...judged(document, content.problems)].sort(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}

function checkContent(report: Report): void {
  checkRoot(report);
  checkDuplicateKeys(report);
  checkSections(report);
  walkMembers(report.model, {
    object: (node, shape, declaration) => {
      if (declaration !== undefined) {
        checkRequired(report, node, shape, declaration);
      }
    },
    member: (member) => {
      checkKey(report, member);
      checkValue(report, member);
      checkEnum(report, member);
      checkCharacters(report, member);
    },
  });
  checkIds(report);
  checkReferences(report);
  checkPipes(report);
  for (const section of sectionNames) {
    for (const declared of report.model.declarations[section]) {
      checkType(report, declared);
    }
  }
  checkEventSources(report);
  checkFileSources(report);
  checkCounters(report);
  checkSinks(report);
  checkCredentials(report);
  checkDecorations(report);
}

/** In a broken file only what stands before the break is judged, and its repairs wait until the text is whole. */
function judged(document: ConfigDocument, problems: readonly Problem[]): readonly Problem[] {
  if (document.syntaxProblems.every((problem) => isPasted(problem.kind))) {
    return problems;
  }
  const first = document.syntaxProblems.find((problem) => misleading.has(problem.kind));
  const kept =
    first === undefined ? problems : problems.filter((problem) => problem.span.end <= first.span.start && !absence.test(problem.code));
  return kept.map(({ fixes: _fixes, ...problem }) => problem);
}
