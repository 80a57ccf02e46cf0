/** What stands for the `*` of a pattern; `undefined` when a name does not fit it. */
export function partOf(pattern: string, name: string): string | undefined {
  const [before = '', after = ''] = pattern.split('*')
  const fits = name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length
  return fits ? name.slice(before.length, name.length - after.length) : undefined
}
