import type {
  ParityDifference,
  ParityReport,
  ParityTrade,
  RecordedSession,
} from '@openclaw-trading/bot-engine/parity'
import { grouped, table } from '@openclaw-trading/ctrader-client/terminal'
import { secondText } from './times.ts'

/** What a comparison found, for people. */
export function parityText(report: ParityReport, { header }: RecordedSession, limit: number): string {
  const { replay, pairs, first } = report
  const different = pairs.filter(({ causes }) => causes.length > 0)
  const { digits, name } = header.instrument
  const more = different.length - limit
  return [
    `  ${header.sessionId} · ${header.strategy.name} · ${name} · ${secondText(replay.from)} to ${secondText(replay.to)} UTC · ${grouped(replay.quotes)} quotes\n\n`,
    ...(different.length === 0 ? [] : [differencesTable(different.slice(0, limit), digits), '\n']),
    ...(more > 0 ? [`  ${grouped(more)} more: --limit ${different.length}\n\n`] : []),
    ...(first === undefined
      ? []
      : [`  Trade ${first.number} is the first that differs: what follows may come of it.\n`]),
    `  ${scoreText(report)}${causesText(report)}\n`,
  ].join('')
}

/** The score in words. */
export function scoreText({ score, trades }: ParityReport): string {
  if (score === undefined) return 'parity – (no trades to compare)'
  return `parity ${shareText(score)} over ${grouped(trades)} ${trades === 1 ? 'trade' : 'trades'}`
}

/** Rounded down: only what is all the same is 1. */
function shareText(score: number): string {
  return (Math.floor(score * 10_000 + 1e-6) / 10_000).toFixed(4)
}

function causesText({ causes }: ParityReport): string {
  const counted = Object.entries(causes).map(([cause, count]) => `${cause} ${count}`)
  return counted.length === 0 ? '' : `: ${counted.join(', ')}`
}

function differencesTable(trades: readonly ParityTrade[], digits: number): string {
  const of = ({ session, replay }: ParityTrade) => session ?? replay
  const way = (trade: ParityTrade['session']): string =>
    trade === undefined ? '–' : `${trade.entryPrice.toFixed(digits)} → ${trade.exitPrice.toFixed(digits)}`
  return table(
    [
      { title: '#', align: 'right', text: ({ number }: ParityTrade) => String(number) },
      { title: 'ENTRY (UTC)', text: trade => secondText(of(trade)?.openedAt ?? 0) },
      { title: 'SIDE', text: trade => of(trade)?.side ?? '' },
      { title: 'SESSION', text: ({ session }) => way(session) },
      { title: 'REPLAY', text: ({ replay }) => way(replay) },
      { title: 'SCORE', align: 'right', text: ({ score }) => shareText(score) },
      { title: 'CAUSES', text: ({ causes }) => causes.join(', ') },
      { title: 'SESSION − REPLAY', text: differenceText },
    ],
    trades,
  )
}

function differenceText({ differences, because }: ParityTrade): string {
  return because ?? differences.map(oneText).join(', ')
}

function oneText({ what, by, unit, cause }: ParityDifference): string {
  const amount = Number(Math.abs(by).toFixed(2))
  const named = cause === 'time' ? `${what} time` : cause === 'price' ? `${what} price` : what
  return `${named} ${by < 0 ? '−' : '+'}${amount} ${unit}`
}
