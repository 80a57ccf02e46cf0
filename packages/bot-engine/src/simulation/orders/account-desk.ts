import {
  isOpen,
  oppositeSide,
  ratioToNumber,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { MAX_BALANCE_CHANGES, type BalanceChange, type ExchangeMoney } from '../exchange-money.ts'
import type { StopOutRules } from '../../ports/account-rules.ts'
import type { ExchangePosition, ExchangeState } from '../exchange-types.ts'
import { isLevelAtOrBelow } from '../money/margin.ts'
import { MarginCalls } from '../money/margin-call.ts'
import type { OpenPosition } from '../matching/open-position.ts'
import type { OrderDesk } from './order-desk.ts'
import type { Emit } from './protection-orders.ts'
import { stopOutCents, stopOutFirst } from '../money/stop-out.ts'
import { nextChargeAt, rolloverMinor, swapMinor } from '../money/swap.ts'
import type { VenueState } from '../venue-state.ts'

/** What happens to the account without an order: swap, margin calls, stop-out, deposits and withdrawals. */
export class AccountDesk<Tag> implements ExchangeMoney {
  private readonly state: VenueState
  private readonly desk: OrderDesk<Tag>
  private readonly emit: Emit<Tag>
  private readonly calls: MarginCalls
  private readonly stopOut: StopOutRules | undefined
  private changes: BalanceChange[]
  private nextChangeId: number
  /** Equity has to be looked at on quotes. */
  isWatching = false

  /** Creates a desk over a state; `restored` are the parts of a state that it keeps. */
  constructor(
    state: VenueState,
    desk: OrderDesk<Tag>,
    emit: Emit<Tag>,
    restored: Pick<ExchangeState, 'marginCalls' | 'balanceChanges'> | undefined,
  ) {
    this.state = state
    this.desk = desk
    this.emit = emit
    this.stopOut = state.account.stopOut
    this.calls = new MarginCalls(state.account.marginCallPercents ?? [], restored?.marginCalls)
    this.changes = [...(restored?.balanceChanges ?? [])]
    this.nextChangeId = (this.changes.at(-1)?.id ?? 0) + 1
    this.watchMargin()
  }

  /** Parts of a state. */
  copy(): Pick<ExchangeState, 'marginCalls' | 'balanceChanges'> {
    return {
      ...(this.calls.all.length === 0 ? {} : { marginCalls: [...this.calls.all] }),
      ...(this.changes.length === 0 ? {} : { balanceChanges: [...this.changes] }),
    }
  }

  get equityMinor(): number {
    return this.state.money.equityMinor()
  }

  get marginMinor(): number {
    return this.state.money.marginMinor()
  }

  get balanceVersion(): number {
    return this.state.ledger.version
  }

  get marginCalls(): MarginCalls['all'] {
    return this.calls.all
  }

  get balanceChanges(): readonly BalanceChange[] {
    return this.changes
  }

  grossMinor(position: ExchangePosition): number {
    return this.state.money.grossMinor(position)
  }

  expectedMarginMinor(symbolId: SymbolId, side: 'buy' | 'sell', volumeCents: number): number | undefined {
    const market = this.state.markets.find(symbolId)
    if (market === undefined || market.at < 0) return undefined
    return this.state.money.requiredMarginMinor(market, side, volumeCents, market.fillPoints(side, 0))
  }

  conversionRate(from: string, to: string): number | undefined {
    const ratio = this.state.money.converter.ratio(from, to)
    return ratio === undefined ? undefined : ratioToNumber(ratio)
  }

  setMarginCall(index: number, percent: number, at: number): boolean {
    if (!Number.isFinite(percent) || percent < 0) return false
    const isKnown = this.calls.set(index, percent, at)
    this.watchMargin()
    return isKnown
  }

  changeBalance(deltaMinor: number, at: number, note?: string): boolean {
    if (!Number.isSafeInteger(deltaMinor) || deltaMinor === 0)
      throw new EngineError(
        'invalid-options',
        `${deltaMinor} minor units cannot be paid in or out. Pass a whole number that is not 0.`,
      )
    if (deltaMinor < 0 && -deltaMinor > this.state.money.freeMarginMinor()) return false
    this.state.ledger.move(deltaMinor)
    const change: BalanceChange = {
      id: this.nextChangeId++,
      at,
      deltaMinor,
      balanceMinor: this.state.ledger.balanceMinor,
      balanceVersion: this.state.ledger.version,
      equityMinor: this.equityMinor,
      ...(note === undefined ? {} : { note }),
    }
    this.changes.push(change)
    if (this.changes.length > MAX_BALANCE_CHANGES) this.changes.splice(0, MAX_BALANCE_CHANGES / 2)
    this.emit({ type: 'balance-changed', at, server: true, change }, undefined)
    return true
  }

  /** Charges every position that is due at an instant, in ascending id. */
  chargeSwap(at: number): void {
    const { account, open } = this.state
    const swapFree = account.swapFree === true
    for (const position of open.list) {
      if (position.nextSwapAt === undefined || position.nextSwapAt > at) continue
      const { instrument } = position.market
      const chargedAt = position.nextSwapAt
      position.nextSwapAt = nextChargeAt(instrument, swapFree, chargedAt)
      const chargedMinor = this.chargeMinor(position, chargedAt)
      if (chargedMinor === 0) continue
      position.swapMinor += chargedMinor
      position.updatedAt = chargedAt
      this.emit(
        { type: 'swap-charged', at: chargedAt, server: true, chargedMinor, position: position.copy('open') },
        undefined,
      )
    }
    this.state.money.scheduleSwap()
  }

  /** Tells of positions whose margin moved because others came or went. */
  tellMargins(at: number): void {
    const changed = [...this.state.money.marginChanged]
    this.state.money.marginChanged.clear()
    for (const position of changed)
      if (position.volumeCents > 0)
        this.emit({ type: 'margin-changed', at, server: true, position: position.copy('open') }, undefined)
  }

  /**
   * Looks at the margin level on a quote: margin calls first, then the stop-out.
   *
   * @returns whether anything may have happened
   */
  watch(at: number): boolean {
    if (this.state.open.list.length === 0 || this.isFar()) return false
    const equity = this.equityMinor
    const margin = this.marginMinor
    for (const index of this.calls.take(at, percent => isLevelAtOrBelow(equity, margin, percent))) {
      const percent = this.calls.all[index]?.percent ?? 0
      this.emit({ type: 'margin-call', at, server: true, index, percent }, undefined)
    }
    if (this.stopOut !== undefined) this.closeBelow(this.stopOut, at)
    return true
  }

  /** In doubles, with room for their errors: most quotes are far from every threshold. */
  private isFar(): boolean {
    const level = (this.state.money.roughEquity() / this.marginMinor) * 100
    return level > Math.max(this.calls.highest, this.stopOut?.levelPercent ?? 0) * 1.000_001 + 0.01
  }

  /** Each round closes a step at least, else it is the last: the rounds end with the positions, or with the depth. */
  private closeBelow(rules: StopOutRules, at: number): void {
    for (;;) {
      const equity = this.equityMinor
      const margin = this.marginMinor
      if (!isLevelAtOrBelow(equity, margin, rules.levelPercent)) return
      const candidates = this.state.open.list
        .filter(position => this.canClose(position, at))
        .map(position => ({ position, netMinor: this.state.money.netMinor(position) }))
      const position = stopOutFirst(candidates, rules)
      if (position === undefined) return
      const market = position.market
      const before = position.volumeCents
      this.desk.stopOut(position, stopOutCents(position, market, rules, equity, margin), at)
      if (position.volumeCents === before) return
    }
  }

  /** An account or a symbol that must not trade is not closed either; nor is a position before the market has anything. */
  private canClose({ market, side }: OpenPosition, at: number): boolean {
    if (market.depth?.offers(oppositeSide(side), market.exitPoints(side), 1).length === 0) return false
    return isOpen(market.instrument, at as UnixMs) && this.state.executes(market)
  }

  private chargeMinor(position: OpenPosition, at: number): number {
    const { account, money } = this.state
    const market = position.market
    const { instrument } = market
    const swapFree = account.swapFree === true
    const conversion = money.converter.ratio(swapFree ? 'USD' : instrument.quote, account.currency)
    if (conversion === undefined) return 0
    const { side, volumeCents } = position
    const charge = { at, side, volumeCents, digits: account.digits, conversion }
    return swapFree
      ? rolloverMinor(instrument, charge)
      : swapMinor(instrument, { ...charge, pricePoints: market.exitPoints(side) })
  }

  private watchMargin(): void {
    this.isWatching = this.stopOut !== undefined || this.calls.highest > 0
  }
}
