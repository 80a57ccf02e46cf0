import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bot, until, witness } from './live-bot.ts'
import { casesOf } from './requirements.ts'

let venue: LiveSimulator
beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock', speed: 1 }, seed: 11 })
})
afterAll(async () => {
  await venue.close()
})

describe('a live run whose entry gets no answer on a link that lives', () => {
  // One that has not acted takes four looks five seconds apart.
  it.each(casesOf([true, false], acts => acts))(
    'goes on once its broker’s records have told what became of it, and sends nothing again; it has acted: %s',
    async acts => {
      const label = `silent-${acts}`
      const { faults } = venue.control
      const unanswered = faults.set({ type: 'unanswered-order', acts }, { times: 1 })
      // Nothing is heard of it either: what the run knows of its position can only come from the records.
      const deaf = faults.set({ type: 'lose', direction: 'out', payloadTypes: [2126] })
      const { broker, live } = await bot(venue, venue, label, { requestTimeoutMs: 1500 })
      const statuses: string[] = []
      void (async () => {
        for await (const event of live.events())
          if (event.type === 'status-changed') statuses.push(event.status)
      })()
      // The first may last for some milliseconds only: its event cannot be missed.
      await until(() => (statuses.includes('exits-only') && live.status === 'running' ? true : undefined))
      deaf.clear()
      expect(live.view()).toMatchObject({ entriesEnabled: true, pendingEntries: 0 })
      expect(live.view().positions).toHaveLength(acts ? 1 : 0)
      expect(unanswered.strikes).toBe(1)
      const other = await witness(venue)
      expect((await other.open(label)) !== undefined).toBe(acts)
      await live.stop({ positions: 'close' })
      await broker.close()
      await other.client.close()
    },
    60_000,
  )
})
