import type { Context } from 'hono'

/** The ETag of a resource from the numbers that change with it. */
export function entityTag(kind: string, ...versions: readonly number[]): string {
  return `"${kind}${versions.join('-')}"`
}

/** Tells whether the caller already holds what the tag stands for. */
export function notModified(context: Context, tag: string): boolean {
  const given = context.req.header('If-None-Match')
  if (given === undefined) return false
  return given.split(',').some(part => part.trim().replace(/^W\//, '') === tag)
}
