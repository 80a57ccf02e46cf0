import type { RunDocument } from '../src/report/run-document.ts'
import { roundTripColumns } from '../src/report/round-trip-columns.ts'
import { tradesOf } from '../src/report/run-trade.ts'
import { drawEquity } from './charts.ts'
import { el, section } from './dom.ts'
import { howRun } from './how-run.ts'
import { costs, figures, findings, groups, header, monthly, spread } from './sections.ts'
import { number } from './text.ts'
import { trades } from './trades.ts'

/** Draws a run. */
export function drawRun(main: HTMLElement, run: RunDocument, footer: HTMLElement): void {
  const equity = el('div', { class: 'chart', role: 'img', 'aria-label': 'Equity and drawdown over time' })
  const all = tradesOf(run.trades)
  const traded = trades(run, all)
  main.replaceChildren(
    header(run),
    figures(run),
    howRun(run),
    section(
      'Equity',
      `In ${run.account.currency}; below it the fall from the highest value before, in percent.`,
      equity,
    ),
    findings(run),
    costs(run),
    traded.node,
    monthly(run),
    spread(tradesOf(roundTripColumns(run.trades))),
    groups(run),
    ...[remarks(run)].filter(node => node !== undefined),
    footer,
  )
  drawEquity(equity, run)
  traded.draw()
}

function remarks(run: RunDocument): HTMLElement | undefined {
  const { intrabar, blockedCount, ordersCut } = run
  const lines = [
    ...(intrabar === undefined
      ? []
      : [
          `${number(intrabar.dependentTrades, 0)} of ${number(run.figures.tradeCount, 0)} trades depend on what was assumed within a bar (policy “${intrabar.policy}”).`,
        ]),
    ...(blockedCount > 0
      ? [`${number(blockedCount, 0)} entries were blocked before they became orders.`]
      : []),
    ...(ordersCut === undefined
      ? []
      : [
          `${number(ordersCut, 0)} orders found too little volume in the depth, and what was missing was cancelled.`,
        ]),
  ]
  return lines.length === 0
    ? undefined
    : section('Remarks', undefined, el('ul', {}, ...lines.map(line => el('li', {}, line))))
}
