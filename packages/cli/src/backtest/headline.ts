import type { DepthModel } from '@openclaw-trading/bot-engine'
import type { Commission, MinCommission, Swap } from '@openclaw-trading/trading-model'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { tiersText, usableTiers } from '../project/leverage.ts'
import { stopOutText } from '../project/stop-out.ts'
import type { PreparedRun } from '../research/prepare.ts'

/** What is run, on what, and at which costs: one line. */
export function headline(prepared: PreparedRun): string {
  const { source, data, options } = prepared
  const policy = options.intrabar?.policy
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
    ...(policy === undefined ? [] : [`within a bar ${policy}`]),
  ].join(' · ')
}

/** What a run assumes of costs and of the venue, in words. */
export function costTerms({ data, options }: PreparedRun): Readonly<Record<string, string>> {
  const isBars = data.columns.type === 'bars'
  const { barSpreadTicks = 0, latencyMs = 50, slippageTicks = 0, depth } = options.venue ?? {}
  const { costs } = data.instrument
  const { conversionFeePercent = 0 } = costs
  const tiers = usableTiers(data)
  const spread = typeof barSpreadTicks === 'number' ? `${barSpreadTicks} points` : 'by hour'
  return {
    spread: isBars && barSpreadTicks !== 'recorded' ? spread : 'as recorded',
    commission: commissionText(costs.commission, costs.minCommission),
    swap: swapText(costs.swap),
    ...(conversionFeePercent === 0 ? {} : { 'conversion fee': `${conversionFeePercent} %` }),
    ...(isBars ? {} : { latency: `${latencyMs} ms` }),
    ...(slippageTicks === 0 ? {} : { slippage: `${slippageTicks} points` }),
    ...(depth === undefined ? {} : { depth: depthText(depth) }),
    ...(tiers === undefined ? {} : { leverage: tiersText(tiers) }),
    'stop-out': stopOutText(options.account.stopOut),
  }
}

function depthText({ levels }: DepthModel): string {
  return levels.map(({ distanceTicks, volume }) => `${volume} lots at ${distanceTicks} points`).join(', ')
}

function commissionText(commission: Commission, least: MinCommission | undefined): string {
  const text = rateText(commission)
  return least === undefined ? text : `${text}, at least ${least.amount} ${least.currency} a deal`
}

function rateText(commission: Commission): string {
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

function swapText(swap: Swap | undefined): string {
  if (swap === undefined) return 'none'
  const { long, short, unit, periodHours } = swap
  const period = periodHours === 24 ? 'a day' : `each ${periodHours} h`
  const [buys, sells] = [long, short].map(rate => String(rate).replace('-', '−'))
  return `${buys} long, ${sells} short ${unit === 'percent' ? '% a year' : `${unit} ${period}`}`
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
