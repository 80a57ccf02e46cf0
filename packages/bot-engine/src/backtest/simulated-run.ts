import type { ClientOrderId, Instrument } from '@openclaw-trading/trading-model'
import type { BarColumns } from '../data/columns.ts'
import { Kernel } from '../kernel/kernel.ts'
import type { KernelListener, LogLine } from '../kernel/listener.ts'
import {
  type BlockedEntry,
  type CommandVerdict,
  type DecisionRecord,
  decisionRecord,
} from '../kernel/order-entry.ts'
import type { PlainEntry } from '../kernel/plain-entry.ts'
import { startMemory, type StrategyMemory } from '../kernel/strategy-memory.ts'
import type { RunAccount } from '../kernel/run-state.ts'
import type { Trade } from '../kernel/trade.ts'
import type { TradeFacts } from '../kernel/trade-facts.ts'
import type { AccountRules } from '../ports/account-rules.ts'
import type { Command } from '../ports/broker.ts'
import { Gate, MAX_ENTRIES_IN_FLIGHT } from '../risk/gate.ts'
import { checkMoneyLimits } from '../risk/money-limits.ts'
import { type Protections, startProtections } from '../risk/protection.ts'
import { riskVolume } from '../risk/sizing.ts'
import { createExchange } from '../simulation/exchange.ts'
import type { Exchange, ExchangeRequest } from '../simulation/exchange-types.ts'
import { marketRequest, toExchangeRequest } from '../simulation/request.ts'
import { DEFAULT_VENUE_MODEL, type VenueModel } from '../simulation/venue-model.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { BarSeries } from '../strategy/series.ts'
import { parseParams, readProtections } from '../strategy/params.ts'
import type { EquityCurve } from './equity-curve.ts'
import { ExplanationLog } from './explanation-log.ts'
import { KernelGateView } from './gate-view.ts'
import type { FillRecords } from './fill-records.ts'
import { metricsOf } from './metrics.ts'
import { type BacktestOptions, readAccount } from './options.ts'
import type { BacktestReport, IntrabarReport } from './report.ts'
import { RefusalCounts } from './refused-orders.ts'
import { NetTotals, roundTripsOf } from './round-trips.ts'
import { RunExecutions } from './run-executions.ts'
import { RunRecords } from './run-records.ts'
import { withNumbers } from './trade-numbers.ts'
import { factsOf, type TradeRecords } from './trade-records.ts'
import { dayEndOf } from './trading-days.ts'

const SENT: CommandVerdict = { type: 'sent' }
/** Blocked entries and log lines kept. */
const MAX_RECORDS = 1000

/** Listens to the bars until the curve takes them by itself. */
type RunListener = Omit<KernelListener, 'onBar'> & { onBar: ((series: BarSeries) => void) | undefined }

/** One strategy wired to one exchange, and what is noted of the run. */
export class SimulatedRun {
  readonly instrument: Instrument
  private readonly label: string
  readonly venue: VenueModel
  readonly exchange: Exchange
  readonly kernel: Kernel
  /** Where commands go: the exchange at once, or a driver's own queue. */
  submit: (request: ExchangeRequest, decidedAt: number) => void
  /** When an order that is decided now leaves: at once, or at a driver's next open. It is judged as of then. */
  leavesAt: () => number = () => this.kernel.state.now
  /** Quotes or bars read. */
  rows = 0
  /** Rows of the data outside the trading hours. */
  rowsOutsideHours = 0
  private readonly account: RunAccount & AccountRules
  private readonly gate: Gate
  private readonly view: KernelGateView
  private readonly protections: Protections | undefined
  private readonly recordDecisions: boolean
  private readonly memory: StrategyMemory | undefined
  private readonly curve: EquityCurve
  private readonly fills: FillRecords
  private readonly trades: TradeRecords
  private readonly totals = new NetTotals()
  private readonly decisions: DecisionRecord[] = []
  private readonly blocked: BlockedEntry[] = []
  private readonly log: LogLine[] = []
  private readonly explanations: ExplanationLog
  private readonly listener: RunListener
  /** Of the first feed: each of its bars is a sample of the equity. */
  private readonly main: BarSeries | undefined
  private readonly refusals: RefusalCounts
  private blockedCount = 0
  private orderCount = 0

  /** Wires a run. @throws {@link EngineError} `invalid-params`, `invalid-options`, `handler-failed` */
  constructor(
    strategy: AnyStrategy,
    options: BacktestOptions<AnyStrategy>,
    venue: Partial<VenueModel> = {},
    records?: RunRecords,
  ) {
    const params = parseParams(strategy, options.params)
    this.instrument = options.instrument
    this.label = strategy.name
    this.venue = { ...(options.venue ?? DEFAULT_VENUE_MODEL), ...venue }
    this.account = readAccount(options.account)
    const { curve, fills, trades } =
      records ?? new RunRecords(this.account, options.instrument, expectedSamples(options.data))
    this.curve = curve
    this.fills = fills
    this.trades = trades
    const protections = readProtections(strategy, params, options.protections)
    checkMoneyLimits(this.account, options.risk, protections)
    this.protections = startProtections(protections)
    this.gate = new Gate(options.risk ?? {}, this.protections)
    this.recordDecisions = options.recordDecisions ?? false
    this.memory = startMemory(strategy, options.state)
    this.explanations = new ExplanationLog(options.explain)
    this.refusals = new RefusalCounts(options.instrument)
    const executions = new RunExecutions(
      { instrument: options.instrument, account: this.account },
      { fills: this.fills, curve },
      this.protections !== undefined,
    )
    this.listener = this.listen()
    this.exchange = this.createExchange(options, executions)
    this.submit = (request, decidedAt) => this.exchange.submit(request, decidedAt)
    this.kernel = new Kernel({
      strategy,
      params,
      instrument: options.instrument,
      watched: options.watched ?? [],
      account: this.account,
      label: this.label,
      session: 'bt',
      seed: options.seed ?? 1,
      size: riskVolume,
      memory: this.memory,
      explain: this.explanations.isOn,
      ...(options.quoteFilter === undefined ? {} : { quoteFilter: options.quoteFilter }),
      listener: this.listener,
    })
    executions.tell(this.kernel)
    this.view = new KernelGateView(this.kernel, () => this.leavesAt())
    this.main = this.kernel.builders[0]?.series
    this.kernel.setEntryVolume(options.entryVolume)
    if (options.warmUp !== undefined) this.kernel.warmUp(options.warmUp)
  }

  private createExchange(options: BacktestOptions<AnyStrategy>, executions: RunExecutions): Exchange {
    const { instrument, watched = [] } = options
    const account = this.account
    return createExchange({
      instruments: [instrument, ...watched],
      // Only looked at, and convert what the account is not in.
      untraded: watched.map(({ id }) => id),
      account: { ...options.account, ...account },
      venue: this.venue,
      intrabar: options.intrabar?.policy === 'path' ? 'path' : 'worst',
      executions,
      onEvent: event => {
        this.refusals.note(event)
        executions.event(event)
      },
    })
  }

  private listen(): RunListener {
    return {
      onCommand: this.onCommand,
      ...(!this.gate.isLimited && !this.recordDecisions && { onPlainEntry: this.onPlainEntry }),
      onBlocked: blocked => this.onBlocked(blocked),
      onTrade: trade => this.onTrade(trade),
      onClosed: this.onClosed,
      onLog: line => this.onLog(line),
      onExplanation: explanation => this.explanations.push(explanation),
      onBar: series => {
        if (series === this.main) this.curve.push(this.kernel.state)
        if (this.protections !== undefined) this.watchEquity(this.protections)
      },
    }
  }

  /**
   * Lets the only feed read the bars that the run is made of, where it has the very same, and the curve as well, where
   * money needs no conversion.
   *
   * @param spread - Of all bars in 1/100000; `undefined`: they differ.
   */
  followBars(data: BarColumns, lengthMs: number, spread: number | undefined): void {
    const { state } = this.kernel
    const series = this.kernel.followBars(data, lengthMs)
    if (series === undefined || spread === undefined || state.isConverted) return
    this.curve.follow({ data, lengthMs, spread, book: state.book, series })
    // Each bar asks whether somebody listens: nobody does now, unless protections do.
    const { protections } = this
    this.listener.onBar = protections && (() => this.watchEquity(protections))
  }

  /** Ends the run and sums it up; trades and fills become objects when they are read. */
  report(intrabar?: (trades: TradeRecords) => IntrabarReport): BacktestReport {
    this.kernel.stop('data-ended')
    this.curve.push(this.kernel.state)
    const equity = this.curve.columns(dayEndOf(this.instrument))
    const fills = this.fills
    const trades = this.trades
    const open = this.kernel.state.book.positions
    let roundTrips: BacktestReport['roundTrips'] | undefined
    const report: BacktestReport = {
      get trades() {
        return trades.list()
      },
      get roundTrips() {
        roundTrips ??= roundTripsOf(trades.list(), open)
        return roundTrips
      },
      get fills() {
        return fills.list()
      },
      equity,
      metrics: metricsOf(this.totals, equity, this.account),
      ...(intrabar === undefined ? {} : { intrabar: intrabar(trades) }),
      open,
      decisions: this.decisions,
      blocked: this.blocked,
      blockedCount: this.blockedCount,
      orderCount: this.orderCount,
      ...(this.venue.depth === undefined ? {} : { ordersCut: this.exchange.ordersCut }),
      refused: this.refusals.orders(),
      refusedChanges: this.refusals.changes(),
      explanations: this.explanations.kept,
      explanationCount: this.explanations.count,
      rules: this.kernel.explanations?.counts ?? [],
      state: this.memory && JSON.parse(this.memory.text()),
      log: this.log,
      ended: this.kernel.ended ?? 'data-ended',
      rows: this.rows,
      ...(this.kernel.guard === undefined ? {} : { quarantine: this.kernel.guard.report }),
      rowsOutsideHours: this.rowsOutsideHours,
    }
    return withNumbers(report, trades)
  }

  private readonly onCommand = (id: ClientOrderId, command: Command, explained?: number): CommandVerdict => {
    const verdict = this.gate.check(command, this.view)
    if (verdict.type === 'block') return { type: 'blocked', reason: verdict.reason }
    const { state } = this.kernel
    if (command.type === 'place') this.orderCount += 1
    if (this.recordDecisions) this.decisions.push(decisionRecord(state, id, command, explained))
    this.submit(toExchangeRequest(command, this.instrument, id), state.now)
    return SENT
  }

  /** An entry that nothing limits and of which nobody keeps the command. */
  private readonly onPlainEntry = (id: ClientOrderId, entry: PlainEntry): boolean => {
    const { book, now } = this.kernel.state
    if (book.pendingEntries >= MAX_ENTRIES_IN_FLIGHT) return false
    this.orderCount += 1
    this.submit(marketRequest(entry, this.instrument, { clientOrderId: id, label: this.label }), now)
    return true
  }

  private onBlocked(blocked: BlockedEntry): void {
    this.blockedCount += 1
    if (this.blocked.length < MAX_RECORDS) this.blocked.push(blocked)
  }

  private onLog(line: LogLine): void {
    if (this.log.length < MAX_RECORDS) this.log.push(line)
  }

  private onTrade(trade: Trade): void {
    // The book has taken the fill: what it still holds was closed in part alone.
    const isOpen = this.kernel.state.book.holds(trade.positionId)
    this.onClosed(factsOf(trade, isOpen))
    this.protections?.onTrade(isOpen ? { ...trade, isOpen } : trade)
  }

  private readonly onClosed = (trade: TradeFacts): void => {
    this.trades.push(trade, this.totals.close(trade.positionId, trade.netMinor, trade.isOpen))
    this.curve.push(this.kernel.state)
  }

  private watchEquity(protections: Protections): void {
    protections.onEquity(this.leavesAt(), this.kernel.state.equityMinor)
  }
}

/** One sample a bar, and some for trades; over quotes nobody knows. */
function expectedSamples(data: BacktestOptions<AnyStrategy>['data']): number {
  return 'type' in data && data.type === 'bars' ? data.length + (data.length >> 3) + 2 : 4096
}
