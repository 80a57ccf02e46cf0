import { describe, expect, it } from 'vitest'
import type { Requester } from '../session/requests.ts'
import { Holds } from './holds.ts'

const logger = { debug() {}, info() {}, warn() {}, error() {} }
const session: Requester = { query: () => Promise.reject(new Error('unused')) }

describe('Holds', () => {
  it('asks anew for what was given up behind a loss, and is held again', async () => {
    const server = new Set<number>()
    let goOn = (): void => {}
    const holds = new Holds({
      session,
      logger,
      name: 'quotes',
      subscribe(keys) {
        for (const key of keys) server.add(key)
        return Promise.resolve()
      },
      async unsubscribe(keys) {
        // It waits for the connection, as every request does.
        await new Promise<void>(resolve => {
          goOn = resolve
        })
        for (const key of keys) server.delete(key)
      },
    })
    const release = await holds.take([41])
    release()
    await new Promise(resolve => setImmediate(resolve))
    const again = holds.take([41])
    server.clear()
    await holds.renew(session)
    goOn()
    await again
    expect([...server]).toEqual([41])
  })
})
