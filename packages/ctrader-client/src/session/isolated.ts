import type { Logger } from '../options.ts'

/** Keeps what a listener throws away from the others and from the connection; it is told as an error in the log. */
export function isolated<A extends readonly unknown[]>(
  listener: (...event: A) => void,
  logger: Logger,
): (...event: A) => void {
  return (...event) => {
    try {
      listener(...event)
    } catch (error) {
      logger.error({ err: error }, 'listener failed')
    }
  }
}
