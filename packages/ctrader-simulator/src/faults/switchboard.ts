import { SimulatorError } from '../errors.ts'
import type { Logger } from '../options.ts'
import type { SocketWire, Wire } from '../wire/wire.ts'
import type { Fault, FaultName, FaultOf, FaultScope } from './fault.ts'
import { ActiveFault, type FaultBoard, type FaultSwitch } from './fault-board.ts'
import { FaultyWire } from './faulty-wire.ts'
import { faultOf, scopeOf } from './parse.ts'
import { seededRandom } from './random.ts'
import { FAULT_TABLE } from './table.ts'
import type { FaultTimer } from './timer.ts'

/** Most faults that are on at the same time. */
export const MAX_ACTIVE_FAULTS = 100

/** What a switchboard is made of. */
export interface SwitchboardOptions {
  readonly seed: number
  readonly timer: FaultTimer
  readonly logger: Logger
  /** Ends the token of the sessions on these connections. */
  readonly invalidateTokens: (connections: ReadonlySet<string>, fault: FaultOf<'token-invalidated'>) => void
  /** The account of the venue's credentials. */
  readonly accountId: number
  /** Accounts that are authorised on a connection. */
  readonly accountsOf: (connection: string) => readonly number[]
}

/** Every fault that is on, and the wires that they strike. */
export class Switchboard implements FaultBoard {
  readonly random: () => number
  readonly timer: FaultTimer
  readonly logger: Logger
  readonly #options: SwitchboardOptions
  readonly #active = new Map<number, ActiveFault>()
  readonly #wires = new Map<string, FaultyWire>()
  #lastId = 0
  #wiresMade = 0

  /** Creates it with every fault off. */
  constructor(options: SwitchboardOptions) {
    this.#options = options
    this.random = seededRandom(options.seed)
    this.timer = options.timer
    this.logger = options.logger
  }

  /** Faults that are on, in the order in which they were set. */
  get active(): readonly FaultSwitch[] {
    return [...this.#active.values()]
  }

  /** Sets a fault. @throws {@link SimulatorError} `invalid-options` */
  set(fault: Fault, scope: FaultScope = {}): FaultSwitch {
    const checked = faultOf({ ...fault })
    if (this.#active.size >= MAX_ACTIVE_FAULTS)
      throw new SimulatorError(
        'invalid-options',
        `${MAX_ACTIVE_FAULTS} faults are on already. Clear some first.`,
        { details: { name: 'faults', value: String(MAX_ACTIVE_FAULTS) } },
      )
    const id = ++this.#lastId
    const entry = new ActiveFault(id, checked, scopeOf(scope), this.random, each => this.#off(each))
    this.logger.info({ fault: checked.type, id }, 'fault set')
    this.#active.set(id, entry)
    if (!this.#happensNow(entry)) for (const wire of this.#targets(entry)) wire.faultSet(entry)
    return entry
  }

  /** Switches one fault off, or all. */
  clear(id?: number): void {
    for (const fault of [...this.#active.values()]) if (id === undefined || fault.id === id) fault.clear()
  }

  /** Takes a new connection's wire; what it returns carries the faults. */
  wrap(inner: SocketWire): Wire {
    const wire = new FaultyWire(inner, this, ++this.#wiresMade)
    this.#wires.set(wire.id, wire)
    for (const fault of this.#of('unreachable', wire.id)) if (fault.strike()) setImmediate(() => wire.cut())
    // One that names a connection means another.
    for (const fault of this.#active.values()) if (fault.scope.connection === undefined) wire.faultSet(fault)
    return wire
  }

  /** A wire is gone. */
  left({ id }: { readonly id: string }): void {
    this.#wires.delete(id)
  }

  /** The account of the venue. */
  get accountId(): number {
    return this.#options.accountId
  }

  /** Whether any fault is on. */
  get isQuiet(): boolean {
    return this.#active.size === 0
  }

  /** The first fault of a name that strikes this connection now; counts it. */
  strikes<Name extends FaultName>(
    name: Name,
    wireId: string,
    when: (fault: FaultOf<Name>) => boolean = () => true,
  ): ActiveFault<Name> | undefined {
    if (this.#active.size === 0) return undefined
    return this.#of(name, wireId).find(each => when(each.fault) && each.strike())
  }

  /** Every fault of a name that strikes this connection now, in the order in which they were set; counts each. */
  strikesAll<Name extends FaultName>(
    name: Name,
    wireId: string,
    when: (fault: FaultOf<Name>) => boolean,
  ): readonly ActiveFault<Name>[] {
    if (this.#active.size === 0) return []
    return this.#of(name, wireId).filter(each => when(each.fault) && each.strike())
  }

  /** Cuts one connection, or all. */
  cut(connection?: string): void {
    for (const wire of [...this.#wires.values()])
      if (connection === undefined || wire.id === connection) wire.cut()
  }

  #of<Name extends FaultName>(name: Name, wireId: string): readonly ActiveFault<Name>[] {
    const found: ActiveFault<Name>[] = []
    for (const each of this.#active.values())
      if (each.fault.type === name && (each.scope.connection ?? wireId) === wireId)
        found.push(each as unknown as ActiveFault<Name>)
    return found
  }

  #targets({ scope }: FaultSwitch): readonly FaultyWire[] {
    return [...this.#wires.values()].filter(({ id }) => (scope.connection ?? id) === id)
  }

  /** Does what happens at once; such a fault is over then. */
  #happensNow(entry: ActiveFault): boolean {
    const { fault } = entry
    const isNow = fault.type === 'drop' ? fault.afterFrames === undefined : isAtOnce(fault.type)
    if (!isNow) return false
    const wires = this.#targets(entry).filter(() => entry.strike())
    if (fault.type === 'token-invalidated')
      this.#options.invalidateTokens(new Set(wires.map(({ id }) => id)), fault)
    for (const wire of wires) this.#happens(fault, wire)
    entry.clear()
    return true
  }

  #happens(fault: Fault, wire: FaultyWire): void {
    if (fault.type === 'drop') wire.cut()
    else if (fault.type === 'account-disconnect') {
      const { accountId } = fault
      const accounts = accountId === undefined ? this.#options.accountsOf(wire.id) : [accountId]
      for (const each of accounts) wire.tell(2164, { ctidTraderAccountId: each })
    } else if (fault.type === 'client-disconnect') {
      wire.tell(2148, { ...(fault.reason === undefined ? {} : { reason: fault.reason }) })
      wire.end()
    }
  }

  #off(fault: ActiveFault): void {
    this.#active.delete(fault.id)
    this.logger.info({ fault: fault.fault.type, id: fault.id, strikes: fault.strikes }, 'fault cleared')
    for (const wire of this.#targets(fault)) wire.faultCleared(fault)
  }
}

function isAtOnce(name: FaultName): boolean {
  return FAULT_TABLE[name].lasts === 'at-once'
}
