import { afterEach, expect, it } from 'vitest'
import { ManualBroker, sessions, start } from '../../test/manual-broker.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

it('a run whose first quote is stamped a day ahead goes on with the market behind the filter of quotes', async () => {
  const broker = new ManualBroker()
  const seen: number[] = []
  const handlers = { onQuote: ({ at }: { readonly at: number }) => void seen.push(at) }
  const session = await start(handlers, broker, { quoteFilter: true })
  const now = Date.UTC(2025, 0, 6, 12)
  broker.quote(now + 86_400_000)
  for (let second = 1; second < 50; second++) broker.quote(now + second * 1000, 1290 + (second % 2) / 100)
  expect(seen).toEqual(Array.from({ length: 48 }, (_, row) => now + (row + 2) * 1000))
  expect(session.view()).toMatchObject({
    lateQuotes: 0,
    entriesEnabled: true,
    quarantine: { quarantined: 1 },
  })
})
