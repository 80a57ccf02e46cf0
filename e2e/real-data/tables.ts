import type { DataSet } from './data-sets.ts'
import type { HonestRow } from './honest-row.ts'

const [BEGIN, END] = ['<!-- real-data: begin -->', '<!-- real-data: end -->']

/** A set's results as Markdown. */
export function tableOf(
  set: Pick<DataSet, 'title' | 'costs'>,
  rows: number,
  results: readonly HonestRow[],
): string {
  const days = Math.max(0, ...results.map(result => result.days))
  const lines = results.map(
    result =>
      `| ${result.botId} ${result.name} | ${result.timeframe} | ${result.trades} | ${percentOf(result.won)} | ${dollars(result.gross)} | ${dollars(result.charges)} | ${dollars(result.net)} | ${result.maxDrawdownPercent.toFixed(1)} % | ${sharpeText(result)} |`,
  )
  return [
    `### ${set.title}`,
    '',
    `${rows.toLocaleString('en-US')} rows, ${days} trading days. Costs: ${set.costs}.`,
    '',
    '| Strategy | Bars | Trades | Won | Gross, USD | Charges, USD | Net, USD | Max drawdown | Sharpe, with its 90 % interval |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n')
}

/** The page with other tables between its marks. */
export function pageWith(page: string, tables: readonly string[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new TypeError(`The page has no marks ${BEGIN} and ${END}.`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${tables.join('\n')}\n${page.slice(to)}`
}

/** Groups of three, a real minus, no cents: they mean nothing here. */
function dollars(value: number): string {
  const whole = Math.round(value)
  return `${whole < 0 ? '−' : ''}${Math.abs(whole).toLocaleString('en-US')}`
}

function percentOf(share: number | undefined): string {
  return share === undefined ? '–' : `${Math.round(share)} %`
}

function sharpeText({ sharpe, sharpeInterval }: HonestRow): string {
  if (sharpe === undefined || sharpeInterval === undefined) return '–'
  const { lower, upper } = sharpeInterval
  const [at, from, to] = [sharpe, lower, upper].map(value => value.toFixed(1).replace('-', '−'))
  return `${at} (${from} to ${to})`
}
