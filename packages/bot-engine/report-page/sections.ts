import { LEAST_SHARPE_DAYS, statedSharpe } from '../src/backtest/stated-sharpe.ts'
import type { DocumentPart, Figures, RunDocument } from '../src/report/run-document.ts'
import type { RunTrade } from '../src/report/run-trade.ts'
import { dataTable, el, section } from './dom.ts'
import { barPlot, scatterPlot } from './plots.ts'
import { day, number, orDash, plus, signed, tone } from './text.ts'

const money = (value: number) => el('span', { class: tone(value) }, signed(value))

/** Name, what was run on what, and what to know before one believes it. */
export function header({ title, market, account, warnings = [] }: RunDocument): HTMLElement {
  return el(
    'header',
    {},
    el('h1', {}, title),
    el(
      'p',
      { class: 'facts' },
      `${market.symbol} · ${day(market.from)} → ${day(market.to)} · ${number(market.rows, 0)} ${market.rowsAre} · ` +
        `${number(account.balance, 0)} ${account.currency} at 1:${account.leverage}`,
    ),
    ...warnings.map(text => el('p', { class: 'warning' }, `⚠ ${text}`)),
  )
}

const LINES: readonly { readonly title: string; of(figures: Figures): Node | string }[] = [
  { title: 'Net profit', of: ({ netProfit }) => money(netProfit) },
  { title: 'Profit factor', of: ({ profitFactor }) => orDash(profitFactor) },
  { title: 'Sharpe (annual)', of: sharpeText },
  { title: 'Max drawdown', of: ({ maxDrawdownPercent }) => `${number(-maxDrawdownPercent, 1)} %` },
  { title: 'Trades', of: ({ tradeCount }) => number(tradeCount, 0) },
  { title: 'Won', of: ({ winRatePercent }) => orDash(winRatePercent, 0, ' %') },
]

/** The annual ratio, or why there is none. */
function sharpeText(figures: Figures): string {
  const { tradingDays } = figures
  return tradingDays < LEAST_SHARPE_DAYS
    ? `– (${tradingDays} of ${LEAST_SHARPE_DAYS} days)`
    : orDash(statedSharpe(figures))
}

/** Key figures of the whole and of its parts, side by side. */
export function figures(run: RunDocument): HTMLElement {
  const whole: DocumentPart = { name: 'all', from: run.market.from, to: run.market.to, figures: run.figures }
  const parts = [whole, ...(run.parts ?? [])]
  const currency = run.account.currency
  return section(
    'Result',
    `Money in ${currency}. A trade is a position with all its closings and belongs to the part in which the last one was; what was chosen while looking at the in-sample part proves nothing there.`,
    dataTable(
      ['', ...parts.map(({ name }) => name)],
      [
        ['From', ...parts.map(({ from }) => day(from))],
        ...LINES.map(line => [line.title, ...parts.map(part => line.of(part.figures))]),
      ],
    ),
  )
}

const UNITS: Readonly<Record<string, string>> = {
  R: ' R',
  '%': ' %',
  ratio: '',
  probability: '',
  days: ' d',
  money: '',
}

/** What is known of how sure the result is. */
export function findings(run: RunDocument): HTMLElement {
  if (run.findings.length === 0) return section('How sure', 'Too few trades and days to say anything.')
  return section(
    'How sure',
    'Estimates with 90 % intervals (stationary bootstrap): the lower end is a one-sided bound at 5 %.',
    dataTable(
      ['', 'estimate', 'from', 'to', 'what it says'],
      run.findings.map(({ name, unit, estimate, low, high, meaning }) => {
        const digits = unit === 'days' || unit === '%' ? 0 : 2
        const text = (value: number | undefined) => orDash(value, digits, UNITS[unit] ?? '')
        return [name, text(estimate), text(low), text(high), el('span', { class: 'meaning' }, meaning)]
      }),
      'findings',
    ),
  )
}

/** Where the earnings went, and what dearer costs leave of them. */
export function costs(run: RunDocument): HTMLElement {
  const { gross, commission, swap, conversionFee, net } = run.costs
  const rows = [
    ['Before costs', money(gross)],
    ['Commission', money(commission)],
    ['Swap', money(swap)],
    ['Conversion fee', money(conversionFee)],
    ['Net', money(net)],
  ] as const
  const stress = (run.stress ?? []).map(({ factor, figures: found }) => [
    `Costs × ${factor}`,
    money(found.netProfit),
    orDash(found.profitFactor),
    sharpeText(found),
    number(found.tradeCount, 0),
  ])
  const now = [
    'As run',
    money(run.figures.netProfit),
    orDash(run.figures.profitFactor),
    sharpeText(run.figures),
    number(run.figures.tradeCount, 0),
  ]
  return section(
    'Costs',
    `In ${run.account.currency}. The spread is in the prices, so it is part of the first line.`,
    dataTable(['', 'sum'], rows),
    stress.length === 0
      ? undefined
      : dataTable(['', 'net', 'profit factor', 'Sharpe', 'trades'], [now, ...stress]),
  )
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Results by month. */
export function monthly(run: RunDocument): HTMLElement {
  return section(
    'By month',
    `Net, in ${run.account.currency}, by the UTC month in which trades closed.`,
    dataTable(
      ['', ...MONTHS, 'year'],
      run.monthly.map(({ year, months, total }) => [
        String(year),
        ...months.map(value => (value === null ? '' : el('span', { class: tone(value) }, plus(value, 0)))),
        el('b', { class: tone(total) }, plus(total, 0)),
      ]),
      'months',
    ),
  )
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Results by hour and weekday. */
export function groups(run: RunDocument): HTMLElement {
  const bars = (found: RunDocument['byHour'], name: (index: number) => string) =>
    found.map(({ net, trades }, index) => ({
      label: name(index),
      value: net,
      title: `${name(index)}: ${plus(net)} in ${trades} trades`,
    }))
  const weekdays = bars(run.byWeekday, index => WEEKDAYS[index] ?? '').filter(
    (_, index) => (run.byWeekday[index]?.trades ?? 0) > 0,
  )
  return section(
    'By hour and weekday',
    `Net, in ${run.account.currency}, by the UTC hour and day on which trades opened.`,
    el(
      'div',
      { class: 'pair' },
      barPlot(
        'Net result by hour',
        bars(run.byHour, index => String(index).padStart(2, '0')),
        { signed: true },
      ),
      barPlot('Net result by weekday', weekdays, { signed: true }),
    ),
  )
}

/** How results of round trips are spread, and how far they went. */
export function spread(trades: readonly RunTrade[]): HTMLElement {
  const multiples = trades.flatMap(({ r }) => (r === undefined ? [] : [r]))
  const risked = trades.flatMap(trade => {
    const risk = trade.initialStopLoss === undefined ? 0 : Math.abs(trade.entryPrice - trade.initialStopLoss)
    return risk === 0 ? [] : [{ trade, risk }]
  })
  if (multiples.length === 0)
    return section('Distribution', 'No trade had a stop, so nothing can be told in multiples of the risk.')
  return section(
    'Distribution',
    'Left: results as multiples of what the first stop risked (R). Right: how far each trade went against its entry and for it, in R; ○ won, × lost. Points beyond the scale stand at its edge.',
    el(
      'div',
      { class: 'pair' },
      barPlot('Trades by result in R', histogram(multiples), { signed: false }),
      scatterPlot(
        'Furthest against and furthest for each trade, in R',
        risked.map(({ trade, risk }) => ({
          x: trade.adverse / risk,
          y: trade.favourable / risk,
          won: trade.net > 0,
          title: `${number(trade.adverse / risk)} R against, ${number(trade.favourable / risk)} R for, net ${plus(trade.net)}`,
        })),
        { x: 'against, R', y: 'for, R' },
      ),
    ),
  )
}

const BIN = 0.25

function histogram(multiples: readonly number[]) {
  const [least, most] = [Math.max(-3, Math.min(...multiples)), Math.min(5, Math.max(...multiples))]
  const first = Math.floor(least / BIN)
  const counts = Array.from({ length: Math.floor(most / BIN) - first + 1 }, () => 0)
  for (const value of multiples) {
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor(value / BIN) - first))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts.map((count, index) => {
    const from = (first + index) * BIN
    return {
      label: number(from, 1),
      value: count,
      title: `${number(from)} to ${number(from + BIN)} R: ${count} trades`,
    }
  })
}
