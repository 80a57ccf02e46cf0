import { fileURLToPath } from 'node:url'
import type { AnyStrategy, Context, Entry, Handlers } from '@openclaw-trading/bot-engine'

/** Where in the author's file something was asked for. */
export interface Place {
  readonly file: string
  readonly line: number
  /** `buy` or `sell`. */
  readonly call: string
}

/**
 * A strategy that does as the given one does, and tells of each entry without a stop, with its place where the stack has it.
 *
 * Only a run that has found such entries is done again with it: taking a stack costs more than a bar.
 */
export function watchEntries(
  strategy: AnyStrategy,
  url: string,
  onEntry: (place: Place | undefined) => void,
): AnyStrategy {
  const file = fileURLToPath(url)
  const watched = (ctx: Context): Context =>
    new Proxy(ctx, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        if (name !== 'buy' && name !== 'sell') return value.bind(target)
        return (entry: Entry) => {
          // There is no quote in the warm-up, whose entries are none.
          if (entry.stopLoss === undefined && target.quote !== undefined) onEntry(placeIn(file, name))
          return target[name](entry)
        }
      },
    })
  return { ...strategy, create: setup => withContext(strategy.create(setup), watched) }
}

function withContext(handlers: Handlers, watched: (ctx: Context) => Context): Handlers {
  const { onStart, onBar, onQuote, wantsQuotes, onExecution, onUnanswered, onTimer, onStop } = handlers
  return {
    ...(onStart && { onStart: ctx => onStart.call(handlers, watched(ctx)) }),
    ...(onBar && { onBar: (bar, ctx) => onBar.call(handlers, bar, watched(ctx)) }),
    ...(onQuote && { onQuote: (quote, ctx) => onQuote.call(handlers, quote, watched(ctx)) }),
    ...(wantsQuotes && { wantsQuotes: () => wantsQuotes.call(handlers) }),
    ...(onExecution && { onExecution: (event, ctx) => onExecution.call(handlers, event, watched(ctx)) }),
    ...(onUnanswered && { onUnanswered: (exit, ctx) => onUnanswered.call(handlers, exit, watched(ctx)) }),
    ...(onTimer && { onTimer: (timer, ctx) => onTimer.call(handlers, timer, watched(ctx)) }),
    ...(onStop && { onStop: (reason, ctx) => onStop.call(handlers, reason, watched(ctx)) }),
  }
}

function placeIn(file: string, call: string): Place | undefined {
  const line = (new Error('where').stack ?? '').split('\n').find(text => text.includes(file))
  const found = line === undefined ? undefined : /:(\d+):\d+\)?$/.exec(line)?.[1]
  return found === undefined ? undefined : { file, line: Number(found), call }
}
