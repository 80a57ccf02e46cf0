import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { fetchBot, fetchFleet, fetchTrades } from './api.ts'
import { applyToBot, applyToFleet } from './apply.ts'
import type { AccountType, Bot, Fleet, Instance } from './contract.ts'
import { confirmLink, holdStore, linkStore, messagesSince } from './live.ts'
import { type LinkText, linkText } from './link.ts'
import { runningSums } from './spark-path.ts'
import { useStore } from './store.ts'
import { useNow } from './ticker.ts'

/** With a live stream a snapshot is only a safety net; without one it is the only source. */
const NET_EVERY_MS = 30_000
/** Pause between snapshots while the stream is down, and after an error. */
export const POLL_EVERY_MS = 5000

function useSnapshotInterval(): number | false {
  const link = useStore(linkStore)
  const hold = useStore(holdStore)
  if (hold !== null) return false
  return link.phase === 'live' ? NET_EVERY_MS : POLL_EVERY_MS
}

/** The fleet: fetched, then kept current by the stream. */
export function useFleet(): UseQueryResult<Fleet> {
  const interval = useSnapshotInterval()
  return useQuery({
    queryKey: ['fleet'],
    queryFn: async ({ signal }) => {
      const askedAt = Date.now()
      const fleet = await fetchFleet(signal)
      confirmLink()
      return messagesSince(askedAt).reduce((sum, { message, at }) => applyToFleet(sum, message, at), fleet)
    },
    refetchInterval: query => (query.state.status === 'error' ? POLL_EVERY_MS : interval),
  })
}

/** A bot's page: fetched, then kept current by the stream. */
export function useBot(botId: string, accountType: AccountType): UseQueryResult<Bot> {
  const interval = useSnapshotInterval()
  return useQuery({
    queryKey: ['bot', botId, accountType],
    queryFn: async ({ signal }) => {
      const askedAt = Date.now()
      const bot = await fetchBot(botId, accountType, signal)
      confirmLink()
      return messagesSince(askedAt).reduce((sum, { message, at }) => applyToBot(sum, message, at), bot)
    },
    refetchInterval: query => (query.state.status === 'error' ? POLL_EVERY_MS : interval),
  })
}

const CURVE_TRADES = 50

/** Running sum of the last 50 results of an instance, in minor units, for its card; empty until it is known. */
export function useResultCurve(row: Instance): readonly number[] {
  const { data } = useQuery({
    // A closed trade changes the count, and only then is there something new to ask for.
    queryKey: ['curve', row.botId, row.accountType, row.tradeCount],
    queryFn: ({ signal }) => fetchTrades(row.botId, row.accountType, CURVE_TRADES, signal),
    enabled: row.tradeCount > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    select: trades => runningSums(trades.map(trade => trade.net.minor).reverse()),
  })
  return data ?? []
}

/** The line to the server in words, now. */
export function useLink(): LinkText {
  return linkText(useStore(linkStore), useNow())
}
