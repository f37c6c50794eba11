import { findExFunction, type ExFunction } from "./decoration/functions";
import { nodeAt } from "./document";
import type { ConfigDocument } from "./jsonNode";
import { rowOfMember } from "./shapes";

export interface SignatureHelp {
  readonly callee: ExFunction;
  /** Index of the signature that fits the number of arguments. */
  readonly active: number;
  readonly parameter: number;
}

/** The call whose arguments are typed at the offset, in a decoration with expressions. */
export function signatureAt(document: ConfigDocument, offset: number): SignatureHelp | undefined {
  const node = nodeAt(document, offset);
  const grammar = node?.kind === "string" ? rowOfMember("agent", node)?.row?.grammar : undefined;
  if (node === undefined || (grammar !== "objectDecorationEx" && grammar !== "textDecorationEx")) {
    return undefined;
  }
  const text = node.text.slice(node.contentStart, offset);
  const expression = text.slice(text.lastIndexOf("{") + 1);
  const call = openCall(expression);
  const callee = call === undefined ? undefined : findExFunction(call.name);
  if (call === undefined || callee === undefined) {
    return undefined;
  }
  const fitting = callee.signatures.findIndex((signature) => signature.parameters.length > call.argument);
  return { callee, active: Math.max(0, fitting), parameter: call.argument };
}

/** The innermost call that is not closed, and which of its arguments the text ends in. */
function openCall(text: string): { readonly name: string; readonly argument: number } | undefined {
  const stack: { name: string; argument: number }[] = [];
  let quoted = false;
  let word = "";
  for (const char of text) {
    if (char === "'") {
      quoted = !quoted;
    } else if (!quoted && char === "(") {
      stack.push({ name: word, argument: 0 });
    } else if (!quoted && char === ")") {
      stack.pop();
    } else if (!quoted && char === "," && stack.length > 0) {
      const top = stack.at(-1);
      if (top !== undefined) {
        top.argument++;
      }
    }
    word = /\w/.test(char) ? word + char : "";
  }
  return stack.at(-1);
}
