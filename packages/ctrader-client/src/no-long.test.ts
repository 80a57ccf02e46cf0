import protobuf from 'protobufjs/minimal.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAccount } from './testing/open-account.ts'

// The copy that protobufjs uses; importing `long` would give another one.
const Long = protobuf.util.Long as unknown as {
  readonly prototype: object
  fromBits(low: number, high: number, unsigned: boolean): object
}
const { prototype } = Long
let made = 0

// Its constructor sets this field; protobufjs makes one wherever a 64-bit field is read without a codec of ours.
beforeEach(() => {
  made = 0
  Object.defineProperty(prototype, 'unsigned', { configurable: true, set: () => made++ })
})
afterEach(() => {
  Reflect.deleteProperty(prototype, 'unsigned')
})

it('makes no Long on the way to a spot callback, to a quote, or to the wire', async () => {
  const { client, account, events, spot } = await openAccount()
  const seen: (number | undefined)[] = []
  client.on('spot', ({ timestamp }) => seen.push(timestamp))
  spot({ bid: 263_500_000, ask: 263_525_000, timestamp: 2 ** 52, sessionClose: 263_400_000 })
  await expect.poll(() => events.length).toBe(1)
  expect(seen).toEqual([2 ** 52])
  expect(account.marketTime).toBe(2 ** 52)
  await client.close()
  expect(made).toBe(0)
})

it('would notice one', () => {
  Long.fromBits(1, 2, false)
  expect(made).toBe(1)
})
