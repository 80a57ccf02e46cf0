import { CTraderError } from '../errors.ts'

/** An argument that is refused before sending. */
export function invalid(path: string, value: unknown, expected: string): CTraderError<'invalid-argument'> {
  return new CTraderError('invalid-argument', `${path} is ${String(value)}. Pass ${expected}.`, {
    path,
    expected,
  })
}
