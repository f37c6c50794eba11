/** Why a file cannot be read, as a sentence that names it as the user gave it. */
export function readFailure(path: string, thrown: unknown): string {
  return `${path} cannot be read: ${reason(thrown)}.`;
}

function reason(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
    case "EPERM":
      return "this user is not allowed to";
    default:
      return message.replace(/\.$/, "");
  }
}
