import type { HeatAxis, HeatCell, HeatMap } from '../src/report/heat-map.ts'
import type { SearchDocument } from '../src/report/search-document.ts'
import { el, focusableWhereItScrolls, section } from './dom.ts'
import { number } from './text.ts'

/** Below it a score is mostly luck; cells that have fewer are hatched. */
const FEW_TRADES = 30
/** Where trading is worth nothing, by objective; else 0. */
const MIDDLES: Readonly<Record<string, number>> = { 'profit-factor': 1 }
/** Share of the colour in the strongest cell: text keeps a contrast of at least 6 on it, in dark and in light. */
const STRONGEST = 45

/** What cells are drawn by. */
interface Scale {
  readonly middle: number
  /** Farthest distance of a score from the middle. */
  readonly reach: number
  readonly digits: number
}

/** Scores of a sweep over its first two axes, with how much of the best is luck. */
export function heatMap(search: SearchDocument): HTMLElement | undefined {
  const { heatMap: map, objective } = search
  if (map === undefined) return undefined
  const scale = scaleOf(map, objective)
  const title = `${objective} by ${map.rows.name} and ${map.columns.name}`
  return section(
    title.slice(0, 1).toUpperCase() + title.slice(1),
    noteOf(map),
    bestOf(search, map, scale),
    focusableWhereItScrolls(el('div', { class: 'scroll' }, tableOf(map, objective, scale)), title),
    legendOf(map, scale),
  )
}

function scaleOf({ cells }: HeatMap, objective: string): Scale {
  const middle = MIDDLES[objective] ?? 0
  const scores = cells.flat().flatMap(cell => cell?.score ?? [])
  const reach = Math.max(...scores.map(score => Math.abs(score - middle)))
  return { middle, reach, digits: Math.max(...scores.map(Math.abs)) >= 1000 ? 0 : 2 }
}

function noteOf({ rows, columns, over }: HeatMap): string | undefined {
  const cut = [rows, columns].flatMap(({ name, values, tried }) =>
    tried > values.length ? [`${number(values.length, 0)} of ${number(tried, 0)} values of ${name}`] : [],
  )
  const said = [
    ...(over.length > 0 ? [`Each cell is the best over ${over.join(', ')}.`] : []),
    ...(cut.length > 0 ? [`Shown are ${cut.join(' and ')}, around the best; the JSON has all runs.`] : []),
  ]
  return said.length === 0 ? undefined : said.join(' ')
}

/** The best, and beside it what it is worth. */
function bestOf(
  { objective, luck, neighbours }: SearchDocument,
  map: HeatMap,
  { digits }: Scale,
): HTMLElement {
  const { row, column } = map.best
  const cell = map.cells[row]?.[column] ?? {}
  const told = [
    `★ best ${objective} ${number(cell.score ?? 0, digits)}`,
    placeText(map, row, column),
    factsOf(cell),
  ]
  return el(
    'p',
    { class: 'best' },
    el('b', {}, told.filter(text => text !== '').join(' · ')),
    luck === undefined ? undefined : el('span', {}, luckText(luck)),
    neighbours === undefined ? undefined : el('span', {}, `one step aside: ${neighbours}`),
  )
}

function luckText({ trials, effectiveTrials, deflatedSharpe }: NonNullable<SearchDocument['luck']>): string {
  const value = deflatedSharpe === undefined ? 'has no base' : number(deflatedSharpe)
  const isProven = deflatedSharpe !== undefined && deflatedSharpe >= 0.95
  return (
    `${isProven ? '' : '⚠ '}best of ${number(trials, 0)} ${trials === 1 ? 'trial' : 'trials'} ` +
    `(worth ${number(effectiveTrials, 1)} independent ones): deflated Sharpe ${value}` +
    (isProven ? ', at least 0.95 as asked for' : ' – treat as unproven')
  )
}

function tableOf(map: HeatMap, objective: string, scale: Scale): HTMLElement {
  const { rows, columns, cells } = map
  return el(
    'table',
    { class: 'heat' },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        el('th', { scope: 'col', rowspan: '2' }, `${rows.name} ↓`),
        el('th', { scope: 'colgroup', colspan: String(columns.values.length) }, `${columns.name} →`),
      ),
      el('tr', {}, ...columns.values.map(value => el('th', { scope: 'col' }, valueText(value)))),
    ),
    el(
      'tbody',
      {},
      ...cells.map((line, row) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row' }, valueText(rows.values[row])),
          ...line.map((cell, column) =>
            cellOf(cell, scale, {
              isBest: row === map.best.row && column === map.best.column,
              place: placeText(map, row, column),
              objective,
            }),
          ),
        ),
      ),
    ),
  )
}

function cellOf(
  cell: HeatCell | null,
  scale: Scale,
  {
    isBest,
    place,
    objective,
  }: { readonly isBest: boolean; readonly place: string; readonly objective: string },
): HTMLElement {
  if (cell === null) return el('td', { title: `${place}: not run` })
  const { score, account } = cell
  const facts = factsOf(cell)
  const told = `${place}: ${score === undefined ? `no ${objective}` : `${objective} ${number(score, scale.digits)}`}`
  const title = facts === '' ? told : `${told} · ${facts}`
  if (score === undefined) return el('td', { title }, `·${account === undefined ? '' : '!'}`)
  const side = score > scale.middle ? 'above' : score < scale.middle ? 'below' : ''
  const strength = scale.reach === 0 ? 0 : (Math.abs(score - scale.middle) / scale.reach) * STRONGEST
  const classes = [side, isFew(cell) ? 'few' : '', isBest ? 'top' : ''].filter(name => name !== '')
  return el(
    'td',
    { title, class: classes.join(' '), style: `--strength: ${strength.toFixed(0)}%` },
    `${isBest ? '★\u00a0' : ''}${number(score, scale.digits)}${account === undefined ? '' : '!'}`,
  )
}

const isFew = ({ score, trades = FEW_TRADES }: HeatCell): boolean =>
  score !== undefined && trades < FEW_TRADES

/** What the marks of the cells mean, of those that there are. */
function legendOf({ cells }: HeatMap, { middle, reach, digits }: Scale): HTMLElement {
  const all = cells.flat()
  const has = (holds: (cell: HeatCell) => boolean) => all.some(cell => cell !== null && holds(cell))
  const swatch = (name: string, share: number, text: string) =>
    el('span', {}, el('i', { class: name, style: `--strength: ${share}%` }), ` ${text}`)
  const least = number(middle, middle === 0 ? 0 : digits)
  const strong = `, the strongest ${number(reach, digits)} away`
  return el(
    'p',
    { class: 'legend' },
    ...(has(({ score = middle }) => score > middle) ? [swatch('above', STRONGEST, `above ${least}`)] : []),
    ...(has(({ score = middle }) => score < middle) ? [swatch('below', STRONGEST, `below ${least}`)] : []),
    ...(has(isFew) ? [swatch('few', 0, `fewer than ${FEW_TRADES} trades`)] : []),
    ...(has(({ score }) => score === undefined) ? [el('span', {}, '· no score')] : []),
    ...(all.includes(null) ? [el('span', {}, 'empty: not run')] : []),
    ...(has(({ account }) => account !== undefined)
      ? [el('span', {}, '! stopped out, or the account was lost')]
      : []),
    reach === 0 ? undefined : el('span', {}, `colour: distance from ${least}${strong}`),
  )
}

function factsOf({ trades, account, rest = {} }: HeatCell): string {
  return [
    ...Object.entries(rest).map(([name, value]) => `${name} ${valueText(value)}`),
    ...(trades === undefined ? [] : [`${number(trades, 0)} ${trades === 1 ? 'trade' : 'trades'}`]),
    ...(account === undefined ? [] : [account]),
  ].join(' · ')
}

function placeText({ rows, columns }: HeatMap, row: number, column: number): string {
  const one = ({ name, values }: HeatAxis, at: number) => `${name} ${valueText(values[at])}`
  return `${one(rows, row)}, ${one(columns, column)}`
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')
}
