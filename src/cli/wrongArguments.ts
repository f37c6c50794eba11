/** What is wrong with the arguments, from what the parser threw: its first sentence, since the rest explains what nobody meant. */
export function wrongArguments(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/^((?:Unknown option|Unexpected argument) '[^']*')[^]*$/, "$1.");
}
