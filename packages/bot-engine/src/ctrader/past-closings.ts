import type { Account, CallOptions } from '@openclaw-trading/ctrader-client'
import type { Fill, Position, PositionId, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import type { PastClosing } from '../ports/broker.ts'

/** The last message may be of before a loss: what came after it is asked for too, and a simulated clock runs fast. */
const AHEAD_MS = 604_800_000
/** Wall time to wait for a first message: its time is the market's, which need not be ours. */
const FIRST_MESSAGE_WAIT_MS = 5000

/** Reads what closed positions since an instant, each once, oldest first. */
export async function readPastClosings(
  account: Account,
  since: UnixMs,
  known: readonly Position[],
  options: CallOptions,
): Promise<readonly PastClosing[]> {
  const positions = new Map<PositionId, Position>(known.map(position => [position.id, position]))
  const closings: PastClosing[] = []
  const now = account.marketTime ?? (await firstTime(account, options.signal))
  const to = (Math.max(now, since) + AHEAD_MS) as UnixMs
  for await (const { symbolId, status: _, ...fill } of account.history.deals({ from: since, to }, options)) {
    if (fill.closing === undefined) continue
    let position = positions.get(fill.positionId)
    if (position === undefined) {
      position = await lookUp(account, fill, symbolId, options)
      positions.set(position.id, position)
    }
    closings.push({ fill, position })
  }
  return closings
}

/** Time of the first message; the wall clock stands in when none comes. */
async function firstTime(account: Account, signal: AbortSignal | undefined): Promise<number> {
  let stop = (): void => {}
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>(resolve => {
    stop = account.onMarket(event => {
      if (event.at > 0) resolve()
    })
    timer = setTimeout(resolve, FIRST_MESSAGE_WAIT_MS)
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
  stop()
  clearTimeout(timer)
  return account.marketTime ?? Date.now()
}

/** A position that nobody watched: its orders tell its label, and what it carried at its end. */
async function lookUp(
  account: Account,
  fill: Fill,
  symbolId: SymbolId,
  options: CallOptions,
): Promise<Position> {
  let label: string | undefined
  let openedAt = fill.at
  for await (const order of account.history.ordersOf(fill.positionId, options)) {
    if (order.closing) continue
    label ??= order.label
    openedAt = Math.min(openedAt, order.updatedAt) as UnixMs
  }
  const none = { ...fill.commission, minor: 0 }
  return {
    id: fill.positionId,
    symbolId,
    ...(label === undefined ? {} : { label }),
    side: fill.side === 'buy' ? 'sell' : 'buy',
    volume: fill.volume,
    entryPrice: fill.closing?.entryPrice ?? fill.price,
    openedAt,
    swap: none,
    commission: none,
  }
}
