import type { Handlers } from './define.ts'
import type { Feeds } from './feeds.ts'
import { HANDLER_NAMES } from './known-names.ts'

type AnyHandler = (...given: never[]) => unknown

/** The handlers as fields of their own: what wraps an object of a class and spreads it would lose its methods. */
export function boundHandlers<F extends Feeds>(handlers: Handlers<F>): Handlers<F> {
  const bound = HANDLER_NAMES.flatMap(name => {
    const handler = handlers[name] as AnyHandler | undefined
    return typeof handler === 'function' ? [[name, handler.bind(handlers)] as const] : []
  })
  return Object.fromEntries(bound) as Handlers<F>
}
