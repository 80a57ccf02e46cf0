import type { RunDocument } from '../src/report/run-document.ts'
import type { RunTrade } from '../src/report/run-trade.ts'
import { drawCandles } from './charts.ts'
import { el, section } from './dom.ts'
import { minute, number, orDash, signed, tone } from './text.ts'

/** Trades on one page of the table; a browser draws some hundred rows at once without a pause. */
const PAGE = 100

/** Candles with trades, and the table that moves them. */
export function trades(
  run: RunDocument,
  all: readonly RunTrade[],
): { readonly node: HTMLElement; draw(): void } {
  const box = el('div', { class: 'chart tall', role: 'img', 'aria-label': 'Candles with entries and exits' })
  const table = el('div', { class: 'scroll trades' })
  const pages = el('p', { class: 'pages' })
  const node = section(
    'Trades',
    `${run.candles.timeframe} candles of the bid, UTC. Choose a trade to see it with its stop and target; trades.csv has them all.${run.trades.share === undefined ? '' : ' What closed a part of a position says of which; the R of its parts add up to that of the trade.'}`,
    box,
    table,
    pages,
  )
  return {
    node,
    draw() {
      const chart = drawCandles(box, run, all)
      const count = Math.max(1, Math.ceil(all.length / PAGE))
      const show = (page: number) => {
        table.replaceChildren(tableOf(run, all, page, trade => chart.show(trade)))
        pages.replaceChildren(
          turn('Earlier', page > 0, () => show(page - 1)),
          ` page ${page + 1} of ${count} `,
          turn('Later', page + 1 < count, () => show(page + 1)),
        )
      }
      show(count - 1)
    },
  }
}

function turn(text: string, enabled: boolean, go: () => void): HTMLElement {
  const button = el('button', enabled ? { type: 'button' } : { type: 'button', disabled: '' }, text)
  button.addEventListener('click', go)
  return button
}

function lotsText({ lots, share, positionId }: RunTrade): string {
  const text = number(lots)
  return share === undefined ? text : `${text} (${number(share * 100, 0)} % of ${positionId})`
}

const TITLES = ['opened (UTC)', 'side', 'lots', 'entry', 'exit', 'why', 'net', 'R', 'closed (UTC)']

function tableOf(
  { market }: RunDocument,
  all: readonly RunTrade[],
  page: number,
  choose: (trade: RunTrade) => void,
): HTMLElement {
  const rows = all.slice(page * PAGE, page * PAGE + PAGE)
  const body = el('tbody')
  if (rows.length === 0)
    body.append(el('tr', {}, el('td', { colspan: String(TITLES.length) }, 'No trade was closed.')))
  for (const trade of rows) {
    const open = el('button', { type: 'button', class: 'link' }, minute(trade.openedAt))
    const row = el(
      'tr',
      {},
      el('th', { scope: 'row' }, open),
      el('td', {}, trade.side === 'buy' ? 'long' : 'short'),
      el('td', {}, lotsText(trade)),
      el('td', {}, number(trade.entryPrice, market.digits)),
      el('td', {}, number(trade.exitPrice, market.digits)),
      el('td', {}, trade.exitReason.replace('-', ' ')),
      el('td', { class: tone(trade.net) }, signed(trade.net)),
      el('td', {}, orDash(trade.r)),
      el('td', {}, minute(trade.closedAt)),
    )
    open.addEventListener('click', () => {
      for (const other of body.children) other.removeAttribute('aria-selected')
      row.setAttribute('aria-selected', 'true')
      choose(trade)
    })
    body.append(row)
  }
  return el(
    'table',
    {},
    el('thead', {}, el('tr', {}, ...TITLES.map(title => el('th', { scope: 'col' }, title)))),
    body,
  )
}
