import { CTraderError } from '../errors.ts'

/**
 * Returns a field that the protocol requires and a decoded message may still lack.
 *
 * @throws {@link CTraderError} `protocol-violation` when it is absent
 */
export function required<T>(value: T | undefined | null, path: string): T {
  if (value !== undefined && value !== null) return value
  throw new CTraderError(
    'protocol-violation',
    `The server sent a message without ${path}. The message was dropped.`,
    {},
  )
}
