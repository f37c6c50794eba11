import vscode = require("vscode");
import { ruleDocumentation } from "../core/text/rule";
import type { Log } from "../workbench/log";
import { showMarkdown } from "../workbench/markdownPage";

/** The shipped page about the rules, and where on it each rule stands. */
export class RulePage {
  private readonly extensionUri: vscode.Uri;
  private readonly log: Log;
  private lines: Promise<ReadonlyMap<string, number>> | undefined;

  constructor(extensionUri: vscode.Uri, log: Log) {
    this.extensionUri = extensionUri;
    this.log = log;
  }

  /** Addresses of rules: the page at the line of the rule's heading. Editors open files from a problem's code, but no longer commands. */
  async links(): Promise<(code: string) => vscode.Uri> {
    const lines = await (this.lines ??= this.read());
    return (code) => {
      const line = lines.get(code.toLowerCase());
      return this.uri(code).with({ fragment: line === undefined ? "" : `L${line}` });
    };
  }

  /** Shows the page at the rule. */
  async open(code: string): Promise<void> {
    const text = (await this.links())(code);
    await showMarkdown(this.uri(code).with({ fragment: code.toLowerCase() }), { beside: true, text });
  }

  private uri(code: string): vscode.Uri {
    const [path = ""] = ruleDocumentation(code).split("#");
    return vscode.Uri.joinPath(this.extensionUri, ...path.split("/"));
  }

  private async read(): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.uri("")));
      text.split("\n").forEach((line, index) => {
        if (line.startsWith("### ")) {
          found.set(line.slice(4).trim().toLowerCase(), index + 1);
        }
      });
    } catch (thrown) {
      this.log.error("docs/rules.md", thrown);
    }
    return found;
  }
}
