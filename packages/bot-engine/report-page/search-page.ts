import { statedSharpe } from '../src/backtest/stated-sharpe.ts'
import type { Figures } from '../src/report/run-document.ts'
import type { SearchDocument } from '../src/report/search-document.ts'
import type { SearchRow } from '../src/report/search-row.ts'
import { drawEquity } from './charts.ts'
import { type Child, dataTable, el, section } from './dom.ts'
import { heatMap } from './heat-map.ts'
import { splitPlot } from './split-plot.ts'
import { number, orDash, signed, tone } from './text.ts'

/** Draws a sweep or a walk-forward. */
export function drawSearch(main: HTMLElement, search: SearchDocument, footer: HTMLElement): void {
  const chart = el('div', { class: 'chart', role: 'img', 'aria-label': 'Equity and drawdown out of sample' })
  const equity =
    search.equity === undefined
      ? []
      : [
          section(
            'Equity out of sample',
            `In ${search.currency}, fold after fold as one account; below it the fall from the highest value before, in percent.`,
            chart,
          ),
        ]
  main.replaceChildren(
    header(search),
    judged(search),
    heatMap(search) ?? '',
    overfitting(search),
    ...equity,
    rows(search),
    footer,
  )
  if (search.equity !== undefined) drawEquity(chart, { equity: search.equity })
}

function header({ title, facts, warnings = [], command, resume }: SearchDocument): HTMLElement {
  return el(
    'header',
    {},
    el('h1', {}, title),
    el('p', { class: 'facts' }, facts.join(' · ')),
    ...warnings.map(text => el('p', { class: 'warning' }, `⚠ ${text}`)),
    command === undefined ? undefined : el('pre', { class: 'command' }, command),
    resume === undefined
      ? undefined
      : el('p', { class: 'resume' }, 'With the runs that are kept: ', el('code', {}, resume)),
  )
}

function judged({ judged: found }: SearchDocument): HTMLElement {
  return section(
    'What it is worth',
    undefined,
    dataTable(
      ['', 'value', 'good enough', 'what it says'],
      found.map(({ name, value, digits = 2, enough = '', meaning }) => [
        name,
        orDash(value, digits),
        enough,
        el('span', { class: 'meaning' }, meaning),
      ]),
      'judged',
    ),
  )
}

function overfitting({ overfitting: found, kind }: SearchDocument): HTMLElement {
  const title = 'Does choosing the best work?'
  if (found === undefined)
    return section(title, 'Too few combinations or days to say: two and 32 are needed.')
  const { bins, splits, probability, lossProbability } = found
  const middle = bins.length / 2
  const below = number(
    bins.slice(0, middle).reduce((sum, { count }) => sum + count, 0),
    0,
  )
  const ways = number(splits, 0)
  return section(
    title,
    `The days ${kind === 'sweep' ? '' : 'out of sample '}are halved in ${ways} ways. Each time the best combination of one half is ranked among all in the other half: ` +
      'left of the middle it is no better there than the median, and choosing it was overfitting.',
    splitPlot(
      `Rank of the best of one half of the days in the other half: in ${below} of ${ways} ways no better than the median`,
      bins.map(({ from, to, count }, i) => ({
        value: count,
        title: `${number(count, 0)} of ${ways}: logit of the rank ${i === 0 ? '' : `${number(from, 1)} `}to ${i === bins.length - 1 ? 'the best' : number(to, 1)}`,
      })),
      { below: '◂ no better than median', above: 'better than median ▸', ends: ['worst', 'best'] },
    ),
    el(
      'p',
      { class: 'verdict' },
      el('b', {}, `Probability of overfitting ${number(probability)}`),
      ` · ${below} of ${ways} ways no better than the median · ${probability < 0.2 ? 'below 0.2 as asked for' : 'below 0.2 is asked for'} · chance: 0.50 · the chosen one loses in the other half in ${number(lossProbability * 100, 0)} %`,
    ),
  )
}

function rows({ kind, rows: found, rowCount, objective, currency }: SearchDocument): HTMLElement {
  const isSweep = kind === 'sweep'
  const left = rowCount - found.length
  // What a sweep is sorted by stands beside the parameters.
  const columns = COLUMNS.filter(({ title }) => !isSweep || title.toLowerCase() !== objective)
  const [hasRefused, hasLost] = (['refused', 'account'] as const).map(told =>
    found.some(row => row[told] !== undefined),
  )
  const note = isSweep
    ? `The best first, by ${objective}; net in ${currency}.${left > 0 ? ` ${number(left, 0)} more are in the JSON.` : ''}`
    : `Each choice is by ${objective} in its sample, and was run on the days that followed; net in ${currency}.`
  return section(
    isSweep ? 'Runs' : 'Choices',
    note,
    dataTable(
      [
        ...(isSweep ? ['parameters', objective] : ['out of sample', 'chosen', `${objective} in sample`]),
        ...columns.map(({ title }) => title),
        ...(hasRefused ? ['orders refused'] : []),
        ...(hasLost ? ['account'] : []),
      ],
      found.map(row => [
        ...(isSweep ? [] : [row.name ?? '']),
        paramsOf(row),
        orDash(row.score),
        ...columns.map(({ of }) => (row.figures === undefined ? '–' : of(row.figures))),
        ...(hasRefused ? [row.refused ?? ''] : []),
        ...(hasLost ? [row.account ?? ''] : []),
      ]),
      isSweep ? 'rows' : 'rows folds',
    ),
  )
}

interface FigureColumn {
  readonly title: string
  of(figures: Figures): Child
}

const COLUMNS: readonly FigureColumn[] = [
  { title: 'net', of: ({ netProfit }) => el('span', { class: tone(netProfit) }, signed(netProfit)) },
  { title: 'profit factor', of: ({ profitFactor }) => orDash(profitFactor) },
  { title: 'Sharpe', of: figures => orDash(statedSharpe(figures)) },
  { title: 'drawdown', of: ({ maxDrawdownPercent }) => `${number(-maxDrawdownPercent, 1)} %` },
  { title: 'trades', of: ({ tradeCount }) => number(tradeCount, 0) },
]

function paramsOf({ params }: SearchRow): string {
  if (params === undefined) return 'nothing'
  return Object.entries(params)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
