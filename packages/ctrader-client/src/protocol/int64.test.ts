import fc from 'fast-check'
import protobuf from 'protobufjs/minimal.js'
import { describe, expect, it } from 'vitest'
import { checkInt64, readInt64, readInt64s, readUint64 } from './int64.ts'

const bytesOf = (write: (writer: protobuf.Writer) => void): protobuf.Reader => {
  const writer = protobuf.Writer.create()
  write(writer)
  return protobuf.Reader.create(writer.finish())
}

describe('64-bit numbers', () => {
  it('come back for every safe integer, and leave the reader behind them', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), value => {
        const reader = bytesOf(writer => writer.int64(value).uint32(77))
        expect(readInt64(reader)).toBe(value)
        expect(reader.uint32()).toBe(77)
      }),
    )
    fc.assert(
      fc.property(fc.maxSafeNat(), value => {
        expect(readUint64(bytesOf(writer => writer.uint64(value)))).toBe(value)
      }),
    )
  })

  it.each([0, 127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1])(
    'reads the edge %d',
    value => {
      expect(readInt64(bytesOf(writer => writer.int64(value)))).toBe(value)
      expect(readInt64(bytesOf(writer => writer.int64(-value))) + value).toBe(0)
    },
  )

  it('[row 50] refuses a number outside ±(2^53−1) instead of rounding it', () => {
    // 2^53 + 1, which a double cannot hold, and the largest and the smallest numbers.
    const above = Uint8Array.of(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)
    const allOnes = new Uint8Array(10).fill(0xff, 0, 9).fill(0x01, 9)
    const lowest = new Uint8Array(10).fill(0x80, 0, 9).fill(0x01, 9)
    expect(() => readInt64(protobuf.Reader.create(above))).toThrow('[protocol-violation]')
    expect(() => readUint64(protobuf.Reader.create(allOnes))).toThrow('[protocol-violation]')
    expect(() => readInt64(protobuf.Reader.create(lowest))).toThrow('[protocol-violation]')
    expect(readInt64(protobuf.Reader.create(allOnes))).toBe(-1)
  })

  it('refuses a number that is cut off or never ends', () => {
    expect(() => readInt64(protobuf.Reader.create(Uint8Array.of(0x80, 0x80)))).toThrow('ends inside a number')
    expect(() => readInt64(protobuf.Reader.create(new Uint8Array(11).fill(0x80)))).toThrow(
      'longer than 10 bytes',
    )
  })

  it('reads packed lists', () => {
    const into: number[] = []
    readInt64s(
      bytesOf(writer =>
        writer
          .fork()
          .int64(1)
          .int64(-2)
          .int64(2 ** 40)
          .ldelim(),
      ),
      into,
    )
    expect(into).toEqual([1, -2, 2 ** 40])
    expect(() => readInt64s(protobuf.Reader.create(Uint8Array.of(9, 1)), [])).toThrow('[protocol-violation]')
  })

  it('refuses a packed list whose last number runs into the next field', () => {
    const bytes = Uint8Array.of(2, 1, 0x80, 0x01, 0x18, 0x05)
    expect(() => readInt64s(protobuf.Reader.create(bytes), [])).toThrow('ends inside a number')
  })

  it.each([Number.NaN, 1.5, 2 ** 53, Number.POSITIVE_INFINITY])('refuses to send %d', value => {
    expect(() => checkInt64(value, 'volume')).toThrow(/invalid-argument.*volume/)
  })
})
