import { EngineError } from '../errors.ts'

/**
 * A value as JSON that reads back as the same value.
 *
 * @throws {@link EngineError} `invalid-options` when it holds anything that would come back as something else: NaN,
 *   infinity, a date, a map, a function
 */
export function plainText(value: unknown): string {
  return JSON.stringify(value, function (this: unknown, key: string, part: unknown) {
    const stated: unknown = (this as Readonly<Record<string, unknown>>)[key]
    if (isPlain(stated)) return part
    throw new EngineError(
      'invalid-options',
      `${key} is ${String(stated)}, which no recording holds. Pass plain numbers, texts, lists and objects.`,
      { details: { field: key } },
    )
  })
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return !['function', 'symbol', 'bigint'].includes(typeof value)
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}
