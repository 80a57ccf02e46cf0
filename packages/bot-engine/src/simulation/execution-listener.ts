import type { ExchangeDeal, ExchangeOrder } from './exchange-types.ts'
import type { BriefOrder, OpenPosition, ProtectionOrder } from './matching/open-position.ts'

/**
 * Learns of executions without copies that are made for it alone: what it is given changes afterwards.
 *
 * Most orders of a backtest are accepted and filled at one instant. Events with copies of order and position would be
 * most of what they cost.
 */
export interface ExecutionListener {
  /** Now {@link ExecutionListener.dealt} may tell it of an order: it reads none as a whole, and levels not by themselves. */
  readonly takesBriefs: boolean
  /**
   * An order was accepted and is filled at the same instant.
   *
   * @returns whether that is enough; if not, the event of its acceptance comes before its fill
   */
  accepted(order: Pick<ExchangeOrder, 'id' | 'clientOrderId' | 'createdAt'>): boolean
  /** An order was filled, whole or in part. */
  filled(order: ExchangeOrder, position: OpenPosition, deal: ExchangeDeal): void
  /** An order was accepted and filled whole at one instant; a position that it opened has its levels already. */
  dealt(order: BriefOrder, position: OpenPosition, deal: ExchangeDeal): void
  /** The stop or the target of a position has closed it, or a part of it: see {@link OpenPosition.copyHit}. */
  hit(hit: BriefOrder, protection: ProtectionOrder, position: OpenPosition, deal: ExchangeDeal): void
  /** The levels of a position are in force, were moved or taken away, or hold for another volume. */
  protectionChanged(position: OpenPosition, at: number): void
}
