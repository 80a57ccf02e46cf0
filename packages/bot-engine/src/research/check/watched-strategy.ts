import type { Context } from '../../strategy/context.ts'
import type { Explain } from '../../strategy/explain.ts'
import type { AnyStrategy, Handlers, StrategySetup } from '../../strategy/define.ts'
import { HANDLER_NAMES } from '../../strategy/known-names.ts'
import type { Statement } from './statements.ts'
import { type Place, placeAbove } from './stack-line.ts'

/** Something that a strategy asked for: what is compared between runs. */
export interface Ask {
  /** Market time. */
  readonly at: number
  /** Open of the bar in hand, in `onBar`. */
  readonly bar: number | undefined
  readonly handler: string
  /** As it is written: `buy({"volume":0.1})`. */
  readonly text: string
  /** The same without volumes, which depend on the money made before. */
  readonly unsized: string
  /** Only where {@link WatchOptions.places} asks for it. */
  readonly place: Place | undefined
}

/** What to note of a run. */
export interface WatchOptions {
  /** Notes where each ask stands. */
  readonly places?: boolean
  /** Takes what the strategy states with `ctx.explain`, by market time. */
  readonly statements?: Map<number, Statement[]>
  /** Leaves out `onStop`, which the end of the data calls. */
  readonly withoutStop?: boolean
  /** Called before and after each call into the strategy. */
  onInside?(inside: boolean, now: number): void
  /** A handler returned something. */
  onReturned?(handler: string, value: unknown): void
}

/** Asks whose place is kept. */
const MOST_PLACES = 10_000
const ASKING = ['buy', 'sell', 'close', 'setProtection', 'cancel', 'amend', 'setTimer', 'stop'] as const

type AnyHandler = (first: unknown, second: unknown) => unknown

/** The same strategy, with what it asks for noted in `asks`. */
export function watchedStrategy<S extends AnyStrategy>(
  strategy: S,
  asks: Ask[],
  options: WatchOptions = {},
): S {
  const create = (setup: StrategySetup<unknown>): Handlers => {
    options.onInside?.(true, 0)
    const handlers = strategy.create(setup) as Readonly<Record<string, AnyHandler | undefined>>
    options.onInside?.(false, 0)
    const watcher = new Watcher(asks, options)
    const watched = HANDLER_NAMES.flatMap(name => {
      const handler = handlers[name]
      if (handler === undefined || (name === 'onStop' && options.withoutStop === true)) return []
      const own = handler.bind(handlers)
      // A question without a context, whose answer counts: nothing can be asked for in it.
      return [[name, name === 'wantsQuotes' ? own : watcher.wrap(name, own)] as const]
    })
    return Object.fromEntries(watched) as Handlers
  }
  return { ...strategy, create }
}

class Watcher {
  readonly #asks: Ask[]
  readonly #options: WatchOptions
  #handler = ''
  #bar: number | undefined
  #context: { readonly real: Context; readonly shown: Context } | undefined

  constructor(asks: Ask[], options: WatchOptions) {
    this.#asks = asks
    this.#options = options
  }

  wrap(name: (typeof HANDLER_NAMES)[number], handler: AnyHandler): AnyHandler {
    const { onInside, onReturned } = this.#options
    const call = (context: Context, run: (shown: Context) => unknown): void => {
      this.#handler = name
      const shown = this.#shown(context)
      onInside?.(true, context.now)
      try {
        const returned = run(shown)
        // The run goes on, so that one check finds everything.
        if (returned !== undefined) onReturned?.(name, returned)
      } finally {
        onInside?.(false, context.now)
      }
    }
    if (name === 'onStart') return context => call(context as Context, shown => handler(shown, undefined))
    return (event, context) => {
      this.#bar = name === 'onBar' ? (event as { readonly openedAt: number }).openedAt : undefined
      call(context as Context, shown => handler(event, shown))
    }
  }

  /** The context of a run is one object, so one proxy serves all calls. */
  #shown(real: Context): Context {
    if (this.#context?.real === real) return this.#context.shown
    const explain = this.#explaining(real)
    const asking = Object.fromEntries(ASKING.map(method => [method, this.#asking(real, method)]))
    const shown = new Proxy(real, {
      get: (target, key) => {
        const own = typeof key === 'string' ? asking[key] : undefined
        if (own !== undefined) return own
        if (key === 'explain' && explain !== undefined) return explain
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    this.#context = { real, shown }
    return shown
  }

  #explaining(real: Context): Explain | undefined {
    const { statements } = this.#options
    if (statements === undefined) return undefined
    return {
      rule(rule, holds, inputs = {}) {
        const stated = statements.get(real.now)
        if (stated === undefined) statements.set(real.now, [{ rule, holds, inputs }])
        else stated.push({ rule, holds, inputs })
        real.explain?.rule(rule, holds, inputs)
      },
    }
  }

  #asking(real: Context, method: (typeof ASKING)[number]): AnyHandler {
    const ask = (...args: unknown[]): unknown => {
      this.#note(real.now, method, args, ask)
      return (real[method] as (...given: readonly unknown[]) => unknown).apply(real, args)
    }
    return ask as AnyHandler
  }

  #note(at: number, method: string, args: readonly unknown[], below: (...args: never[]) => unknown): void {
    const isPlaced = this.#options.places === true && this.#asks.length < MOST_PLACES
    this.#asks.push({
      at,
      bar: this.#bar,
      handler: this.#handler,
      text: `${method}(${args.map(arg => JSON.stringify(arg)).join(', ')})`,
      unsized: `${method}(${args.map(arg => JSON.stringify(arg, withoutVolume)).join(', ')})`,
      place: isPlaced ? placeAbove(below) : undefined,
    })
  }
}

function withoutVolume(key: string, value: unknown): unknown {
  return key === 'volume' ? undefined : value
}
