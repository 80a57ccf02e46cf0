import { createHook } from 'node:async_hooks'
import childProcess from 'node:child_process'
import crypto from 'node:crypto'
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
const MODULES: Readonly<Record<string, object>> = {
  fs,
  child_process: childProcess,
  module: nodeModule,
  'node:crypto': crypto,
  'process.hrtime': process.hrtime,
}

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
  ...['randomInt', 'randomBytes', 'randomFillSync', 'randomUUID'].map(
    name => ['node:crypto', name, 'random'] as const,
  ),
  ['performance', 'now', 'clock'],
  // Before hrtime, whose trap takes it over.
  ['process.hrtime', 'bigint', 'clock'],
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
 * Those that are set. A module keeps a trap for good where it takes a function under another name
 * (`const now = Date.now`) while it is loaded: so a trap tells whoever watches when it is called, not who set it.
 */
const watching = new Set<Traps>()

/** Calls the real function, and notes it where a strategy is running. */
function trapped<T>(kind: TrapHit['kind'], what: string, below: Callable, real: () => T): T {
  for (const traps of watching) {
    if (!traps.inside) continue
    traps.note(kind, what, placeAbove(below))
    return traps.outside(real)
  }
  return real()
}

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
    const restore = FORBIDDEN.map(([owner, name, kind]) => replace(owner, name, kind))
    restore.push(replaceDate(), ...LOCAL.map(replaceLocal), replaceFormat(), replaceFormatToParts())
    watching.add(this)
    // For who imported the functions by name.
    syncBuiltinESMExports()
    const init = (_: number, type: string): void => {
      if (this.inside) this.outside(() => this.note('async', createdText(type), placeAbove(init)))
    }
    const hook = createHook({ init })
    hook.enable()
    try {
      return await work()
    } finally {
      hook.disable()
      watching.delete(this)
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
    const line = this.inside ? this.outside(() => place?.line()) : place?.line()
    if (!this.hits.some(hit => hit.what === what && hit.line === line)) this.hits.push({ kind, what, line })
  }

  /** Does something as code that is not the strategy's. */
  outside<T>(work: () => T): T {
    this.inside = false
    try {
      return work()
    } finally {
      this.inside = true
    }
  }
}

/** Sets a trap. @returns what takes it away again */
function replace(ownerName: string, name: string, kind: TrapHit['kind']): () => void {
  const owner =
    MODULES[ownerName] ??
    ((ownerName === 'globalThis' ? globalThis : Reflect.get(globalThis, ownerName)) as object)
  const original = Reflect.get(owner, name) as Callable
  const described = Object.getOwnPropertyDescriptor(owner, name)
  const what = `${ownerName === 'globalThis' ? '' : `${ownerName.replace('node:', '')}.`}${name}()`
  const trap = (...args: never[]): unknown => trapped(kind, what, trap, () => original.apply(owner, args))
  // process.hrtime has a function of its own.
  Object.assign(trap, original)
  Object.defineProperty(owner, name, { value: trap, configurable: true, writable: true })
  return () => {
    if (described === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, described)
  }
}

/** `new Date(value)` is no clock; `new Date()`, `Date()` and `Date.now()` are. */
function replaceDate(): () => void {
  const original = Date
  const now = (): number => trapped('clock', 'Date.now()', now, () => original.now())
  const construct = (target: DateConstructor, args: [], newTarget: Callable): object => {
    const real = () => Reflect.construct(target, args, newTarget) as object
    return args.length === 0 ? trapped('clock', 'new Date()', construct, real) : real()
  }
  const apply = (target: DateConstructor): string => trapped('clock', 'Date()', apply, () => target())
  globalThis.Date = new Proxy(original, {
    apply,
    construct,
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  })
  return () => {
    globalThis.Date = original
  }
}

function replaceLocal(name: (typeof LOCAL)[number]): () => void {
  const described = Object.getOwnPropertyDescriptor(Date.prototype, name) as PropertyDescriptor
  const original = Date.prototype[name]
  const trap = function (this: Date): number {
    return trapped('local-time', `${name}() of a Date`, trap, () => original.call(this))
  }
  Object.defineProperty(Date.prototype, name, { ...described, value: trap })
  return () => Object.defineProperty(Date.prototype, name, described)
}

type FormattedDate = Parameters<Intl.DateTimeFormat['format']>[0]

/** A format of no date is one of now. */
function trappedFormat<T>(name: string, date: FormattedDate, below: Callable, real: () => T): T {
  return date === undefined
    ? trapped('clock', `Intl.DateTimeFormat().${name}() without a date`, below, real)
    : real()
}

/** `format` is read from its object as a function that is bound to it. */
function replaceFormat(): () => void {
  const { prototype } = Intl.DateTimeFormat
  const described = Object.getOwnPropertyDescriptor(prototype, 'format') as PropertyDescriptor
  const get = function (this: Intl.DateTimeFormat): Intl.DateTimeFormat['format'] {
    const format = described.get?.call(this) as Intl.DateTimeFormat['format']
    const trap = (date?: FormattedDate): string => trappedFormat('format', date, trap, () => format(date))
    return trap
  }
  Object.defineProperty(prototype, 'format', { ...described, get })
  return () => Object.defineProperty(prototype, 'format', described)
}

function replaceFormatToParts(): () => void {
  const { prototype } = Intl.DateTimeFormat
  const described = Object.getOwnPropertyDescriptor(prototype, 'formatToParts') as PropertyDescriptor
  const original = described.value as Intl.DateTimeFormat['formatToParts']
  const trap = function (this: Intl.DateTimeFormat, date?: FormattedDate): Intl.DateTimeFormatPart[] {
    return trappedFormat('formatToParts', date, trap, () => original.call(this, date))
  }
  Object.defineProperty(prototype, 'formatToParts', { ...described, value: trap })
  return () => Object.defineProperty(prototype, 'formatToParts', described)
}

/** Promises, sockets, files: whatever the platform will call back for. */
function createdText(type: string): string {
  return type === 'PROMISE' ? 'a promise' : `an asynchronous ${type}`
}
