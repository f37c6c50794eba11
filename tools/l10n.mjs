// Keeps media/l10n/bundle.l10n.*.json in step with the messages of the source.
// node tools/l10n.mjs           prints what each bundle lacks, as lines to translate and paste, and what it has too much
// node tools/l10n.mjs --write   drops what no source line uses any more and sorts
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "..");
const folder = join(root, "media", "l10n");

/**
 * Every call of l10n.t in a source text.
 * @returns {{ message: string | undefined, args: number, line: number, atLoad: boolean }[]}
 *   message: undefined where the first argument is no literal; atLoad: evaluated before the bundle is known.
 */
export function calls(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node, atLoad) => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(file))) {
      const first = node.arguments[0];
      found.push({
        message: first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined,
        args: node.arguments.length - 1,
        line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1,
        atLoad,
      });
    }
    ts.forEachChild(node, (child) => visit(child, atLoad && !ts.isFunctionLike(node)));
  };
  visit(file, true);
  return found;
}

/** The calls of all files below src, each with its path. */
export function sourceCalls() {
  return readdirSync(join(root, "src"), { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => calls(name, readFileSync(join(root, "src", name), "utf8")).map((call) => ({ ...call, path: `src/${name}` })));
}

/** What the localisation library would replace in a message that has arguments: anything between braces, not only numbers. */
export function placeholders(message) {
  return [...new Set([...message.matchAll(/{([^}]+)}/g)].map((match) => match[1]))].filter((name) => /\d/.test(name)).sort();
}

export function bundleFiles() {
  return readdirSync(folder).filter((name) => /^bundle\.l10n\.[\w-]+\.json$/.test(name));
}

export function readBundle(name) {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** @returns {{ missing: string[], superfluous: string[], mismatched: string[] }} */
export function compare(found, bundle) {
  const messages = new Map();
  for (const { message, args } of found) {
    if (message !== undefined) {
      messages.set(message, Math.max(args, messages.get(message) ?? 0));
    }
  }
  return {
    missing: [...messages.keys()].filter((message) => !(bundle[message]?.trim() > "")),
    superfluous: Object.keys(bundle).filter((message) => !messages.has(message)),
    mismatched: [...messages]
      .filter(([message, args]) => args > 0 && String(placeholders(message)) !== String(placeholders(bundle[message] ?? message)))
      .map(([message]) => message),
  };
}

/** The missing messages as lines of the bundle. */
export function toTranslate(missing) {
  return missing.map((message) => `  ${JSON.stringify(message)}: "",`).join("\n");
}

if (process.argv[1] === import.meta.filename) {
  const found = sourceCalls();
  for (const name of bundleFiles()) {
    const bundle = readBundle(name);
    const { missing, superfluous, mismatched } = compare(found, bundle);
    const list = (title, lines) => lines.length > 0 && process.stdout.write(`${title}\n${lines.join("\n")}\n`);
    list(`${name} lacks:`, missing.length > 0 ? [toTranslate(missing)] : []);
    list(`${name} has other placeholders for:`, mismatched);
    if (process.argv.includes("--write")) {
      const kept = Object.keys(bundle).filter((message) => !superfluous.includes(message));
      const text = JSON.stringify(Object.fromEntries(kept.sort().map((message) => [message, bundle[message]])), undefined, 2);
      writeFileSync(join(folder, name), `${text}\n`);
    } else {
      list(`${name} has without need:`, superfluous);
    }
    process.exitCode ||= missing.length + mismatched.length > 0 ? 1 : 0;
  }
}
