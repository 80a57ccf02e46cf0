import type { Commission } from '@openclaw-trading/trading-model'
import { grouped } from '@openclaw-trading/ctrader-client/node'
import { tiersText, usableTiers } from '../project/leverage.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** What is run, on what, and at which costs: one line. */
export function headline(prepared: PreparedRun): string {
  const { source, data } = prepared
  const { columns, instrument, firstAt, lastAt, source: origin } = data
  const rows = `${grouped(columns.length)} ${columns.type === 'bars' ? `${columns.timeframe} bars` : 'ticks'}`
  const costs = Object.entries(costTerms(prepared)).map(([name, value]) => `${name} ${value}`)
  return [
    `${source.id} (${source.codeHash.slice(0, 7)})`,
    instrument.name,
    `${day(firstAt)} → ${day(lastAt)}`,
    rows,
    origin,
    ...costs,
  ].join(' · ')
}

/** What a run assumes of costs and of the venue, in words. */
export function costTerms({ data, options }: PreparedRun): Readonly<Record<string, string>> {
  const isBars = data.columns.type === 'bars'
  const { barSpreadTicks = 0, latencyMs = 50, slippageTicks = 0 } = options.venue ?? {}
  const tiers = usableTiers(data)
  const spread = typeof barSpreadTicks === 'number' ? `${barSpreadTicks} points` : 'by hour'
  return {
    spread: isBars && barSpreadTicks !== 'recorded' ? spread : 'as recorded',
    commission: commissionText(data.instrument.costs.commission),
    ...(isBars ? {} : { latency: `${latencyMs} ms` }),
    ...(slippageTicks === 0 ? {} : { slippage: `${slippageTicks} points` }),
    ...(tiers === undefined ? {} : { leverage: tiersText(tiers) }),
  }
}

function commissionText(commission: Commission): string {
  switch (commission.type) {
    case 'none':
      return 'none'
    case 'usd-per-million':
      return `${commission.rate} USD/million`
    case 'usd-per-lot':
      return `${commission.rate} USD/lot and side`
    case 'percent-of-value':
      return `${commission.rate} %`
    case 'quote-per-lot':
      return `${commission.rate}/lot and side`
  }
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
