import { pointsPerTick } from '@openclaw-trading/trading-model'
import { createOpenTime } from './open-time.ts'
import { QUOTE_DEFECTS, type QuoteDefect } from './quote-defect.ts'
import type { QuoteFilterOptions, QuoteFilterReport } from './quote-filter-options.ts'
import { TimeStep } from './time-step.ts'

/** Quotes that agree with each other and not with the last good one. */
interface Jump {
  readonly since: number
  /** Silences in a row before it, each with a quote that agreed, and when the first of those came. */
  readonly silences: number
  readonly firstAt: number
  at: number
  bid: number
  ask: number
  count: number
}

const STALE_MS = 10_000
const LONG_DOUBT_MS = 10_000
const MOST_TOLERANCE = 1000
/** Memory of the usual move and pace, in quotes: long enough that one shock does not widen it. */
const MEMORY = 256
const FIRST_WEIGHT = 16
const REACTION = 1 / MEMORY
/** Before the usual move is known: this share of the price. */
const FIRST_MOVE = 0.001
/** Where the price hardly moves: so many steps of the last digit are no spike. */
const LEAST_TICKS = 3
/** Quotes of the usual pace after which a silence is one. */
const PAUSE_QUOTES = 50
/** Places that a jump may have to be told from spikes in between. */
const MOST_JUMPS = 8

/**
 * Tells bad quotes from good ones, one at a time, by what came before: the same in a backtest and live.
 *
 * A quote that is wrong in itself is quarantined for good. A jump of price or time is quarantined until 10 quotes
 * agree with it, or one does 2 s later: then the market has moved, and that quote passes. What was quarantined before
 * stays out; nobody trades on a price that is 2 s old. The first quote of all waits for a second that follows it; it counts
 * neither as passed nor as quarantined then. A quarantined quote leaves no trace once a good one has come: after that the
 * filter decides as if it had never been.
 *
 * What is dated ahead by less than a silence passes, for a market that pauses looks the same. If that date was wrong, all
 * behind it comes too early: the tenth quote that goes on with the others, in time and price and with no good one between,
 * passes and takes the filter back. So a wrong date costs nine quotes of a calm market, or up to 10 s. It goes back no
 * further than to the quote before that date, and not once ten have passed from there on. Until the market has reached that
 * date, {@link QuoteFilter.isAhead} is true.
 */
export class QuoteFilter {
  readonly #tick: number
  readonly #sigmas: number
  readonly #agreeing: number
  readonly #waitMs: number
  readonly #leastPauseMs: number
  readonly #leastMove: number
  readonly #openMs: (from: number, to: number) => number
  readonly #defects = Object.fromEntries(QUOTE_DEFECTS.map(defect => [defect, 0])) as Record<
    QuoteDefect,
    number
  >
  #passed = 0
  #confirmed = 0
  #rewinds = 0
  // The last good quote, and what is usual.
  #at = Number.NEGATIVE_INFINITY
  #bid = 0
  #ask = 0
  #variance = 0
  #paceMs = 0
  #mostMove = 0
  #mostPauseMs = 0
  /** The latest time that has passed; after a rewind `#at` lies before it. */
  #latestAt = Number.NEGATIVE_INFINITY
  #jumps: Jump[] = []
  readonly #step: TimeStep
  #doubtSince = 0
  /** How far apart quotes may be that agree on a jump. */
  #tolerance = 0

  /** Creates a filter that has seen nothing. */
  constructor(options: QuoteFilterOptions) {
    this.#tick = pointsPerTick(options.instrument)
    this.#sigmas = options.sigmas ?? 5
    this.#agreeing = options.agreeing ?? 10
    this.#waitMs = options.waitMs ?? 2000
    this.#leastPauseMs = options.pauseMs ?? 60_000
    this.#leastMove = (options.leastMovePercent ?? 0) / 100
    this.#step = new TimeStep(this.#agreeing)
    this.#openMs = createOpenTime(options.instrument.hours)
  }

  /** A jump waits for confirmation: the market may be elsewhere than the last good quote says. */
  get isDoubtful(): boolean {
    return this.#jumps.length > 0
  }

  /** A quote that passed was dated ahead of the market, which has not reached that date yet. */
  get isAhead(): boolean {
    return this.#at < this.#latestAt
  }

  /** Time of the last quote that passed. */
  get lastAt(): number {
    return this.#at
  }

  /** The latest time that has passed; after {@link lastAt} while the filter {@link isAhead}. */
  get latestAt(): number {
    return this.#latestAt
  }

  /** What it has seen so far. */
  get report(): QuoteFilterReport {
    const quarantined = Object.values(this.#defects).reduce((sum, count) => sum + count, 0)
    return {
      passed: this.#passed,
      quarantined,
      defects: { ...this.#defects },
      confirmedJumps: this.#confirmed,
      rewinds: this.#rewinds,
    }
  }

  /**
   * Takes the next quote.
   *
   * @param at - Milliseconds since 1970-01-01 UTC.
   * @param bid - Price × 100000, whole.
   * @param ask - Price × 100000, whole.
   * @returns what is wrong with it; `undefined` when it may pass
   */
  check(at: number, bid: number, ask: number): QuoteDefect | undefined {
    const sinceMs = at - this.#at
    const bidMove = bid - this.#bid
    const askMove = ask - this.#ask
    const most = this.#mostMove
    // Comparisons with NaN are false, so that what is no number takes the slow way.
    if (
      sinceMs >= 0 &&
      sinceMs <= this.#mostPauseMs &&
      bidMove <= most &&
      bidMove >= -most &&
      askMove <= most &&
      askMove >= -most &&
      bid <= ask &&
      bid > 0 &&
      // Of whole 32-bit numbers a remainder costs a tenth of what it does of doubles.
      (bidMove | 0) === bidMove &&
      (bidMove | 0) % this.#tick === 0 &&
      (askMove | 0) === askMove &&
      (askMove | 0) % this.#tick === 0 &&
      (sinceMs > 0 || bidMove !== 0 || askMove !== 0)
    ) {
      this.#pass(at, bid, ask)
      return undefined
    }
    const defect = this.#inspect(at, bid, ask)
    if (defect !== undefined) this.#defects[defect] += 1
    return defect
  }

  #inspect(at: number, bid: number, ask: number): QuoteDefect | undefined {
    const defect = this.#malformed(at, bid, ask)
    if (defect !== undefined) return defect
    if (this.#passed === 0) return this.#first(at, bid, ask)
    if (at === this.#at && bid === this.#bid && ask === this.#ask) return 'duplicate'
    if (at < this.#at) return this.#early(at, bid, ask)
    if (this.#isNear(bid, ask) && this.#openMs(this.#at, at) <= this.#mostPauseMs) {
      this.#pass(at, bid, ask)
      return undefined
    }
    return this.#jump(at, bid, ask)
  }

  /**
   * Before the first good quote there is nothing to judge by, and one stamped far ahead would make all that follow stale:
   * the first two that follow each other in time and price tell where the market is, and the second of them counts.
   */
  #first(at: number, bid: number, ask: number): QuoteDefect | undefined {
    this.#variance = ((bid * FIRST_MOVE) / this.#sigmas) ** 2
    this.#mostMove = Math.max(bid * FIRST_MOVE, this.#leastMove * bid, LEAST_TICKS * this.#tick)
    this.#mostPauseMs = this.#leastPauseMs
    this.#tolerance = this.#mostMove
    const agreed = this.#jumps.find(
      one => at >= one.at && this.#agreesWith(one, bid, ask) && this.#openMs(one.at, at) <= this.#mostPauseMs,
    )
    if (agreed === undefined) return this.#newJump(at, bid, ask) ? undefined : 'future'
    if (at === agreed.at && bid === agreed.bid && ask === agreed.ask) return 'duplicate'
    // It was good, and only too early to tell.
    this.#defects.future -= 1
    this.#pass(at, bid, ask)
    return undefined
  }

  #malformed(at: number, bid: number, ask: number): QuoteDefect | undefined {
    if (bid === 0 && ask === 0) return 'zero'
    if (!Number.isFinite(at) || (!Number.isFinite(bid) && !Number.isFinite(ask))) return 'not-a-number'
    if (bid < 0 || ask < 0) return 'negative'
    if (!(bid > 0 && ask > 0)) return 'absent-side'
    if (bid === Number.POSITIVE_INFINITY || ask === Number.POSITIVE_INFINITY) return 'not-a-number'
    if (bid % this.#tick !== 0 || ask % this.#tick !== 0) return 'off-grid'
    return bid > ask ? 'crossed' : undefined
  }

  /** Before the last good quote: old, or the date of that one was wrong. */
  #early(at: number, bid: number, ask: number): QuoteDefect | undefined {
    const defect = at < this.#at - STALE_MS ? 'stale' : 'out-of-order'
    if (!this.#step.isDisprovedBy(at, bid, ask, this.#mostMove)) return defect
    this.#rewinds += 1
    this.#settle(at, bid, ask)
    return undefined
  }

  /** Time or price is too far from the last good quote: counts who agrees. */
  #jump(at: number, bid: number, ask: number): QuoteDefect | undefined {
    const defect = this.#isNear(bid, ask) ? 'future' : 'spike'
    this.#doubtSince = this.#jumps.length === 0 ? at : Math.min(this.#doubtSince, at)
    const doubtMs = at - this.#doubtSince
    // Where no two quotes agree for long, the usual move is what is wrong.
    this.#tolerance = this.#mostMove * Math.min(MOST_TOLERANCE, Math.max(1, (doubtMs / LONG_DOUBT_MS) ** 3))
    const jump = this.#jumpOf(at, bid, ask)
    if (jump === undefined)
      return this.#newJump(at, bid, ask) ? undefined : this.#nameOf(at, bid, ask, defect)
    if (at === jump.at && bid === jump.bid && ask === jump.ask) return 'duplicate'
    jump.at = at
    jump.bid = bid
    jump.ask = ask
    jump.count += 1
    if (jump.count < this.#agreeing && at - jump.since < this.#waitMs) return defect
    this.#confirm(at, bid, ask)
    return undefined
  }

  #isNear(bid: number, ask: number): boolean {
    return Math.abs(bid - this.#bid) <= this.#mostMove && Math.abs(ask - this.#ask) <= this.#mostMove
  }

  /** The jump that a quote goes on with: of those that it agrees with the one that most others do. */
  #jumpOf(at: number, bid: number, ask: number): Jump | undefined {
    let found: Jump | undefined
    for (const jump of this.#jumps) {
      const sinceMs = at - jump.at
      if (sinceMs < 0 || sinceMs > this.#mostPauseMs || !this.#agreesWith(jump, bid, ask)) continue
      if (found === undefined || jump.count > found.count) found = jump
    }
    return found
  }

  /** Of two times in doubt that do not follow each other either may be the wrong one; the later quote gets the name. */
  #nameOf(at: number, bid: number, ask: number, defect: QuoteDefect): QuoteDefect {
    const isBefore = this.#jumps.some(
      one => one.at > at && one.at - at <= STALE_MS && this.#agreesWith(one, bid, ask),
    )
    return isBefore ? 'out-of-order' : defect
  }

  /** @returns whether it has ended a row of rare quotes that all agree, each after a silence, and so counts */
  #newJump(at: number, bid: number, ask: number): boolean {
    const before = this.#jumps.findLast(one => this.#agreesWith(one, bid, ask) && at > one.at)
    const silences = (before?.silences ?? 0) + 1
    const firstAt = before?.firstAt ?? at
    if (silences >= this.#agreeing) {
      // It is the pace that was taken for too fast.
      this.#paceMs = Math.max(this.#paceMs, this.#openMs(firstAt, at) / silences)
      this.#confirm(at, bid, ask)
      return true
    }
    if (this.#jumps.length === MOST_JUMPS) this.#forgetLeast()
    this.#jumps.push({ since: at, firstAt, silences, at, bid, ask, count: 1 })
    return false
  }

  /** Of the jumps that fewest agree with the oldest. */
  #forgetLeast(): void {
    const least = Math.min(...this.#jumps.map(({ count }) => count))
    this.#jumps.splice(
      this.#jumps.findIndex(({ count }) => count === least),
      1,
    )
  }

  #confirm(at: number, bid: number, ask: number): void {
    this.#confirmed += 1
    this.#settle(at, bid, ask)
  }

  /** Goes on from a quote that lies elsewhere than the last good one. */
  #settle(at: number, bid: number, ask: number): void {
    // A jump tells little of the usual move; nothing at all, and a market gone wild would stay in doubt for ever.
    const jump = Math.max(Math.abs(bid - this.#bid), Math.abs(ask - this.#ask))
    const move = Math.min(jump, 2 * this.#mostMove)
    this.#at = at
    this.#bid = bid - move
    this.#ask = ask - move
    this.#pass(at, bid, ask)
  }

  #agreesWith(jump: Jump, bid: number, ask: number): boolean {
    return Math.abs(bid - jump.bid) <= this.#tolerance && Math.abs(ask - jump.ask) <= this.#tolerance
  }

  #pass(at: number, bid: number, ask: number): void {
    if (this.#passed > 0) {
      const bidMove = bid - this.#bid
      const askMove = ask - this.#ask
      // The first guess counts as much as 16 quotes.
      const reaction = this.#passed < MEMORY ? 1 / (FIRST_WEIGHT + this.#passed) : REACTION
      this.#variance += reaction * ((bidMove * bidMove + askMove * askMove) / 2 - this.#variance)
      const sinceMs = at - this.#at
      const silenceMs = sinceMs <= STALE_MS ? sinceMs : this.#takeStep(at)
      this.#paceMs += reaction * (silenceMs - this.#paceMs)
    }
    const usual = this.#sigmas * Math.sqrt(this.#variance)
    const least = Math.max(LEAST_TICKS * this.#tick, this.#leastMove * bid)
    this.#mostMove = usual > least ? usual : least
    this.#mostPauseMs = Math.max(this.#leastPauseMs, PAUSE_QUOTES * this.#paceMs)
    this.#at = at
    if (at > this.#latestAt) this.#latestAt = at
    this.#bid = bid
    this.#ask = ask
    this.#passed += 1
    if (this.#jumps.length > 0) this.#jumps = []
    if (this.#step.isFresh) this.#step.passed()
  }

  /** Notes a long step of time. @returns the open time since the last quote, as far as it counts for the pace */
  #takeStep(at: number): number {
    this.#step.begin(this.#at)
    // Hours are looked up for what may be a break alone: it takes longer than the rest of the check.
    if (at - this.#at <= this.#leastPauseMs) return at - this.#at
    // Of a weekend counted as silence the limit would be hours for hundreds of quotes, and any date within them pass.
    return Math.min(this.#openMs(this.#at, at), this.#mostPauseMs)
  }
}
