/** Sets a number deep in a message; lists are walked through. Paths that lead nowhere change nothing. */
export function setPath(target: unknown, path: readonly string[], value: number): void {
  const [name, ...rest] = path
  if (Array.isArray(target)) {
    for (const item of target) setPath(item, path, value)
    return
  }
  if (name === undefined || target === null || typeof target !== 'object') return
  // Only what the message has: a made-up name must not become a field, let alone a prototype.
  if (!Object.hasOwn(target, name)) return
  const fields = target as Record<string, unknown>
  if (rest.length > 0) setPath(fields[name], rest, value)
  else if (typeof fields[name] === 'number') fields[name] = value
}

/** Puts a value deep into a message, also where there was none; lists are walked through, a missing way changes nothing. */
export function putPath(target: unknown, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path
  if (Array.isArray(target)) {
    for (const item of target) putPath(item, path, value)
    return
  }
  if (name === undefined || !FIELD_NAME.test(name) || target === null || typeof target !== 'object') return
  const fields = target as Record<string, unknown>
  if (rest.length === 0) fields[name] = value
  else if (Object.hasOwn(fields, name)) putPath(fields[name], rest, value)
}

/** As the schema writes names; none of a prototype is one. */
const FIELD_NAME = /^[a-zA-Z]\w*$/
