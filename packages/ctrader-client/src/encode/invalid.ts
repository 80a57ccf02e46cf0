import { CTraderError } from '../errors.ts'

/** An argument that is refused before sending. */
export function invalid(path: string, value: unknown, expected: string): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', `${path} is ${String(value)}. Pass ${expected}.`, {
    path,
    expected,
  })
}

/** Refuses what is no object where the types say that one is: callers in plain JavaScript have none. */
export function requireObject(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null)
    throw invalid(path, value === null || value === undefined ? value : `a ${typeof value}`, 'an object')
}
