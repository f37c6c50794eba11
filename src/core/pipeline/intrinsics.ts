export const sub = (text: string): object => ({ "Fn::Sub": text });
export const ref = (name: string): object => ({ Ref: name });
export const getAtt = (name: string, attribute: string): object => ({ "Fn::GetAtt": [name, attribute] });

export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Leaves out what is undefined. */
export function present<T extends Record<string, unknown>>(properties: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
