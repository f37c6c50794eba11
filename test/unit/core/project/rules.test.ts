import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sessionRules } from "../../../../src/core/config/checkSession";
import { sessionRuleInfos } from "../../../../src/core/config/rules/sessionRuleTable";
import { scriptRules } from "../../../../src/core/config/script/checkScript";
import { scriptRuleInfos } from "../../../../src/core/config/script/scriptRuleTable";
import { allRules } from "../../../../src/core/project/allRules";
import { projectRules } from "../../../../src/core/project/projectRules";
import { projectRuleInfos } from "../../../../src/core/project/projectRuleTable";
import { ruleDocumentation } from "../../../../src/core/text/rule";

const page = readFileSync(join("docs", "rules.md"), "utf8");

test("the page about rules has one section and one table row for each rule, with its severities and title", () => {
  const sections = [...page.matchAll(/^### (\S+)\n\n\*\*Severity:\*\* (.+)$/gm)].map((match) => `${match[1] ?? ""}: ${match[2] ?? ""}`);
  const rows = [...page.matchAll(/^\| \[(\S+)\]\(#(\S+)\) \| (.+?) \| (.+) \|$/gm)].map((match) => match.slice(1).join("; "));
  assert.deepEqual(sections.sort(), allRules.map((rule) => `${rule.code}: ${rule.severities.join(", ")}`).sort());
  assert.deepEqual(
    rows.sort(),
    allRules.map((rule) => `${rule.code}; ${rule.code.toLowerCase()}; ${rule.severities.join(", ")}; ${rule.title()}`).sort(),
  );
});

test("a diagnostic's link leads to a heading of the page", () => {
  for (const rule of allRules) {
    const [file, fragment] = ruleDocumentation(rule.code).split("#");
    assert.equal(file, "docs/rules.md");
    assert.ok(page.includes(`\n### ${rule.code}\n`) && fragment === rule.code.toLowerCase(), rule.code);
  }
});

const implemented = [
  { name: "config.json", rules: sessionRules, infos: sessionRuleInfos },
  { name: "the session script", rules: scriptRules, infos: scriptRuleInfos },
  { name: "the project", rules: projectRules, infos: projectRuleInfos },
];
for (const { name, rules, infos } of implemented) {
  test(`the table of ${name} lists exactly the rules that run, with their usual severity`, () => {
    assert.deepEqual(
      rules.map((rule) => `${rule.code} ${rule.severity}`).sort(),
      infos.map((info) => `${info.code} ${info.severities[0]}`).sort(),
    );
  });
}
