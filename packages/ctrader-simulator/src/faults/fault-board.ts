import type { Logger } from '../options.ts'
import type { Fault, FaultName, FaultOf, FaultScope } from './fault.ts'
import type { FaultTimer } from './timer.ts'

/** A fault that was set. */
export interface FaultSwitch {
  /** Counts up from 1. */
  readonly id: number
  readonly fault: Fault
  readonly scope: FaultScope
  /** How often it has struck. */
  readonly strikes: number
  /** It may strike again. */
  readonly isOn: boolean
  /** Switches it off; messages that it holds back leave. */
  clear(): void
}

/** A switch as the wires see it. */
export class ActiveFault<Name extends FaultName = FaultName> implements FaultSwitch {
  strikes = 0
  isOn = true
  readonly id: number
  readonly fault: FaultOf<Name>
  readonly scope: FaultScope
  readonly #random: () => number
  readonly #onOff: (fault: ActiveFault) => void

  constructor(
    id: number,
    fault: FaultOf<Name>,
    scope: FaultScope,
    random: () => number,
    onOff: (fault: ActiveFault) => void,
  ) {
    this.id = id
    this.fault = fault
    this.scope = scope
    this.#random = random
    this.#onOff = onOff
  }

  /** Whether it strikes this time; counts when it does. */
  strike(): boolean {
    const { times, probability = 1 } = this.scope
    if (!this.isOn || (probability < 1 && this.#random() >= probability)) return false
    this.strikes += 1
    if (this.strikes === times) this.clear()
    return true
  }

  clear(): void {
    if (!this.isOn) return
    this.isOn = false
    this.#onOff(this as unknown as ActiveFault)
  }
}

/** The switches as a wire sees them. */
export interface FaultBoard {
  readonly random: () => number
  readonly timer: FaultTimer
  readonly logger: Logger
  /** The account of the venue. */
  readonly accountId: number
  /** Whether any fault is on. */
  readonly isQuiet: boolean
  /** The first fault of a name that strikes this connection now; counts it. */
  strikes<Name extends FaultName>(
    name: Name,
    wireId: string,
    when?: (fault: FaultOf<Name>) => boolean,
  ): ActiveFault<Name> | undefined
  /** Every fault of a name that strikes this connection now, in the order in which they were set; counts each. */
  strikesAll<Name extends FaultName>(
    name: Name,
    wireId: string,
    when: (fault: FaultOf<Name>) => boolean,
  ): readonly ActiveFault<Name>[]
  /** A wire is gone. */
  left(wire: { readonly id: string }): void
}
