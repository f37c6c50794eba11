import { join } from "node:path";
import { Language, Parser } from "web-tree-sitter";

/** Where the PowerShell grammar, which is more lenient than PowerShell, sees an error. */
export async function grammarErrors(text: string): Promise<string[]> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join("node_modules", "tree-sitter-powershell", "tree-sitter-powershell.wasm")));
  const tree = parser.parse(text);
  const found: string[] = [];
  const walk = (node: NonNullable<typeof tree>["rootNode"]): void => {
    if (node.isError || node.isMissing) {
      found.push(`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    }
    node.children.forEach((child) => child && walk(child));
  };
  if (tree) {
    walk(tree.rootNode);
  }
  return found;
}
