import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'

it('[row 28] our client never meets the rate limits of the venue, however much it is asked for at once', async () => {
  const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false })
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const client = await connect({
    environment: { host: venue.host, port: venue.port, tls: false },
    application: { clientId, clientSecret },
  })
  await client.authorize(accountId(ctidTraderAccountId), accessToken)
  const bars = { ctidTraderAccountId, symbolId: 41, period: 1, count: 1 }
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 120 }, () => client.request('trader', { ctidTraderAccountId })),
    ...Array.from({ length: 12 }, () => client.request('getTrendbars', bars)),
  ])
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
  await client.close()
  await venue.close()
})
