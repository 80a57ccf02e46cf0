import type { ExchangeEvent, PositionLevels } from '../exchange-types.ts'
import type { ExecutionListener } from '../execution-listener.ts'
import type { Market } from '../matching/matching.ts'
import type { OpenPosition, ProtectionOrder } from '../matching/open-position.ts'
import type { VenueState } from '../venue-state.ts'

/** Where an event goes; the tag of the request that caused it is added. */
export type Emit<Tag> = (event: ExchangeEvent<Tag>, tag: Tag | undefined) => void

/** When, by whom and for which request a protection order changes. */
export interface ProtectionChange<Tag> {
  readonly market: Market
  readonly at: number
  /** The venue did it by itself. */
  readonly server: boolean
  readonly tag: Tag | undefined
}

/** The venue's own orders that carry the stop and the target of a position, one for each protected position. */
export class ProtectionOrders<Tag> {
  private readonly state: VenueState
  private readonly emit: Emit<Tag>
  private readonly listener: ExecutionListener | undefined

  /** Creates it over a state. */
  constructor(state: VenueState, emit: Emit<Tag>, listener: ExecutionListener | undefined) {
    this.state = state
    this.emit = emit
    this.listener = listener
  }

  /** Gives a position the full set of levels: its order is made, or replaced. */
  set(position: OpenPosition, levels: PositionLevels, change: ProtectionChange<Tag>): void {
    const { at, tag } = change
    if (position.protection !== undefined) {
      position.levels = levels
      position.market.watch(this.state)
      return this.replace(position, change)
    }
    const protection = this.begin(position, levels, at)
    if (this.listener !== undefined) return this.listener.protectionChanged(position, at)
    const order = position.copyProtection(protection, 'accepted', position.volumeCents)
    this.emit({ type: 'order-accepted', at, server: true, order, position: position.copy('open') }, tag)
  }

  /** Gives a position its first levels, and tells nobody. */
  begin(position: OpenPosition, levels: PositionLevels, at: number): ProtectionOrder {
    position.levels = levels
    position.market.watch(this.state)
    const protection = { id: this.state.takeOrderId(), createdAt: at, updatedAt: at, filledCents: 0 }
    position.protection = protection
    position.updatedAt = at
    return protection
  }

  /** Tells the order of a position anew, where it has one: its levels or its volume have changed. */
  replace(position: OpenPosition, { at, server, tag }: ProtectionChange<Tag>): void {
    const { protection } = position
    if (protection === undefined) return
    protection.updatedAt = at
    if (this.listener !== undefined) return this.listener.protectionChanged(position, at)
    const order = position.copyProtection(protection, 'accepted', position.volumeCents)
    this.emit({ type: 'order-replaced', at, server, order, position: position.copy('open') }, tag)
  }

  /** Takes the levels of a position away, where it has any; `volumeCents` is what they protected. */
  cancel(
    position: OpenPosition,
    volumeCents: number,
    status: 'open' | 'closed',
    { market, at, tag }: ProtectionChange<Tag>,
  ): void {
    const { protection } = position
    if (protection === undefined) return
    protection.updatedAt = at
    const order =
      this.listener === undefined ? position.copyProtection(protection, 'cancelled', volumeCents) : undefined
    position.protection = undefined
    position.levels = {}
    market.watch(this.state)
    if (order === undefined) return this.listener?.protectionChanged(position, at)
    this.emit({ type: 'order-cancelled', at, server: true, order, position: position.copy(status) }, tag)
  }
}
