import { createHook } from 'node:async_hooks'
import childProcess from 'node:child_process'
import fs from 'node:fs'
import nodeModule, { syncBuiltinESMExports } from 'node:module'
import { type Place, placeAbove } from './stack-line.ts'

/** Something that a strategy did and should not have. */
export interface TrapHit {
  readonly kind: 'clock' | 'random' | 'local-time' | 'async' | 'outside-data'
  /** As it is written, e.g. `Date.now()`. */
  readonly what: string
  /** File and line, where the stack has them. */
  readonly line: string | undefined
}

/** What to do instead. */
export const FIXES = {
  'outside-data': 'take every price from the feeds, and what else it needs from its parameters',
  clock: 'use ctx.now, the market time',
  random: 'use ctx.random(), which is seeded',
  'local-time':
    "the zone is that of the machine, and another on the next one; use getUTCHours and the like, or localTime(at, 'Europe/London')",
  async: 'handlers are synchronous; use ctx.setTimer',
} as const

type Callable = (...args: never[]) => unknown

/** Modules of the platform whose functions are trapped by the names that their files give them. */
const MODULES: Readonly<Record<string, object>> = { fs, child_process: childProcess, module: nodeModule }

/** Functions of the platform that a strategy must not call. */
const FORBIDDEN: readonly (readonly [owner: string, name: string, kind: TrapHit['kind']])[] = [
  ...[
    'readFileSync',
    'openSync',
    'readdirSync',
    'statSync',
    'existsSync',
    'readFile',
    'createReadStream',
  ].map(name => ['fs', name, 'outside-data'] as const),
  ...['execSync', 'execFileSync', 'spawnSync', 'exec', 'execFile', 'spawn', 'fork'].map(
    name => ['child_process', name, 'outside-data'] as const,
  ),
  ['module', 'createRequire', 'outside-data'],
  ['process', 'getBuiltinModule', 'outside-data'],
  ['Math', 'random', 'random'],
  ['crypto', 'getRandomValues', 'random'],
  ['crypto', 'randomUUID', 'random'],
  ['performance', 'now', 'clock'],
  ['process', 'hrtime', 'clock'],
  ['process', 'uptime', 'clock'],
  ['process', 'nextTick', 'async'],
  ['globalThis', 'setTimeout', 'async'],
  ['globalThis', 'setInterval', 'async'],
  ['globalThis', 'setImmediate', 'async'],
  ['globalThis', 'queueMicrotask', 'async'],
  ['globalThis', 'fetch', 'async'],
]

/** What a date says in the zone of the machine. */
const LOCAL = ['getHours', 'getDay', 'getDate', 'getTimezoneOffset'] as const

/** Calls of one function whose line is looked up; the same line on each of a million bars is one. */
const MOST_LOOKED_UP = 50

/**
 * Watches what a strategy calls of the platform, while `inside` is set: clocks, chance, and everything asynchronous.
 * Calls go on to the real functions; other code of the process is not noted.
 */
export class Traps {
  readonly hits: TrapHit[] = []
  readonly #counts = new Map<string, number>()
  /** The strategy is running. */
  inside = false

  /** Does something with the traps set, and takes them away again. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const restore = FORBIDDEN.map(([owner, name, kind]) => this.#replace(owner, name, kind))
    restore.push(this.#replaceDate(), ...LOCAL.map(name => this.#replaceLocal(name)))
    // For who imported the functions by name.
    syncBuiltinESMExports()
    const init = (_: number, type: string): void => {
      if (this.inside) this.#outside(() => this.note('async', createdText(type), placeAbove(init)))
    }
    const hook = createHook({ init })
    hook.enable()
    try {
      return await work()
    } finally {
      hook.disable()
      for (const undo of restore) undo()
      syncBuiltinESMExports()
    }
  }

  /** Notes a hit once for each line. */
  note(kind: TrapHit['kind'], what: string, place?: Place): void {
    const count = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, count)
    if (count > MOST_LOOKED_UP) return
    // Naming a line may read files: source maps.
    const line = this.inside ? this.#outside(() => place?.line()) : place?.line()
    if (!this.hits.some(hit => hit.what === what && hit.line === line)) this.hits.push({ kind, what, line })
  }

  #replace(ownerName: string, name: string, kind: TrapHit['kind']): () => void {
    const owner =
      MODULES[ownerName] ??
      ((ownerName === 'globalThis' ? globalThis : Reflect.get(globalThis, ownerName)) as object)
    const original = Reflect.get(owner, name) as Callable
    const described = Object.getOwnPropertyDescriptor(owner, name)
    const what = `${ownerName === 'globalThis' ? '' : `${ownerName}.`}${name}()`
    const trap = (...args: never[]): unknown => {
      if (!this.inside) return original.apply(owner, args)
      this.note(kind, what, placeAbove(trap))
      return this.#outside(() => original.apply(owner, args))
    }
    // process.hrtime has a function of its own.
    Object.assign(trap, original)
    Object.defineProperty(owner, name, { value: trap, configurable: true, writable: true })
    return () => {
      if (described === undefined) Reflect.deleteProperty(owner, name)
      else Object.defineProperty(owner, name, described)
    }
  }

  /** `new Date(value)` is no clock; `new Date()`, `Date()` and `Date.now()` are. */
  #replaceDate(): () => void {
    const original = Date
    const now = (): number => {
      if (this.inside) this.note('clock', 'Date.now()', placeAbove(now))
      return original.now()
    }
    const construct = (target: DateConstructor, args: [], newTarget: Callable): object => {
      if (args.length === 0 && this.inside) this.note('clock', 'new Date()', placeAbove(construct))
      return Reflect.construct(target, args, newTarget) as object
    }
    const apply = (target: DateConstructor): string => {
      if (this.inside) this.note('clock', 'Date()', placeAbove(apply))
      return target()
    }
    globalThis.Date = new Proxy(original, {
      apply,
      construct,
      get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
    })
    return () => {
      globalThis.Date = original
    }
  }

  #replaceLocal(name: (typeof LOCAL)[number]): () => void {
    const described = Object.getOwnPropertyDescriptor(Date.prototype, name) as PropertyDescriptor
    const original = Date.prototype[name]
    const note = (below: Callable): void => {
      if (this.inside) this.note('local-time', `${name}() of a Date`, placeAbove(below))
    }
    const trap = function (this: Date): number {
      note(trap)
      return original.call(this)
    }
    Object.defineProperty(Date.prototype, name, { ...described, value: trap })
    return () => Object.defineProperty(Date.prototype, name, described)
  }

  #outside<T>(work: () => T): T {
    this.inside = false
    try {
      return work()
    } finally {
      this.inside = true
    }
  }
}

/** Promises, sockets, files: whatever the platform will call back for. */
function createdText(type: string): string {
  return type === 'PROMISE' ? 'a promise' : `an asynchronous ${type}`
}
