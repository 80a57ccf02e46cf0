import { beforeAll, describe, expect, it } from 'vitest'
import { restless, wildTicks } from '../../test/parity-fixture.ts'
import { recordRun } from '../../test/record-session.ts'
import { encodeFrame, readFrames } from './frame.ts'
import { parity } from './parity.ts'
import { readSession } from './read-session.ts'

describe('a damaged recording', () => {
  let bytes: Buffer
  /** Where its records begin. */
  let offsets: readonly number[]
  beforeAll(async () => {
    ;({ bytes } = await recordRun({ data: wildTicks(3, 3000), strategy: restless }))
    offsets = [...readFrames(bytes)].map(({ offset }) => offset)
  }, 60_000)

  it('that is torn anywhere is cut to its last whole record, says so, and scores 1 up to there', async () => {
    const middle = Math.floor(offsets.length / 2)
    for (const [place, beyond] of [
      [2, 4],
      [middle, 1],
      [offsets.length - 1, 12],
    ] as const) {
      const start = offsets[place] ?? 0
      const session = readSession(bytes.subarray(0, start + beyond))
      expect(session.gaps[0]).toEqual({ type: 'torn', cutBytes: beyond })
      expect(session.gaps[1]).toMatchObject({ type: 'ended-early', reason: 'unknown' })
      const { score, trades } = await parity(session, restless)
      expect(score).toBe(trades === 0 ? undefined : 1)
    }
  })

  it('that was cut between two records says that it ended early', () => {
    const session = readSession(bytes.subarray(0, offsets[10]))
    expect(session.gaps.map(({ type }) => type)).toEqual(['ended-early'])
    expect(session.ended).toBeUndefined()
  })

  it('with one wrong bit is cut before that record, and says where', () => {
    const start = offsets[40] ?? 0
    const wrong = Buffer.from(bytes)
    wrong[start + 20] = (wrong[start + 20] as number) ^ 1
    const session = readSession(wrong)
    expect(session.gaps[0]).toEqual({ type: 'damaged', offset: start, cutBytes: bytes.length - start })
    const length = Buffer.from(bytes)
    length.writeUInt32LE(0xffff_fff0, start)
    expect(readSession(length).gaps[0]).toEqual({
      type: 'damaged',
      offset: start,
      cutBytes: bytes.length - start,
    })
  })

  it('with a wrong last record is torn', () => {
    const wrong = Buffer.from(bytes)
    wrong[bytes.length - 1] = 0
    const last = offsets.at(-1) ?? 0
    expect(readSession(wrong).gaps[0]).toEqual({ type: 'torn', cutBytes: bytes.length - last })
  })

  it.each([
    ['nothing', Buffer.alloc(0), /does not begin with CLAWSES1/],
    ['another file', Buffer.from('timestamp_ms,bid,ask\n'), /does not begin with CLAWSES1/],
    ['its first bytes alone', Buffer.from('CLAWSES1'), /does not say with what the session began/],
  ])('of %s is refused', (_, content, message) => {
    expect(() => readSession(content, 'a.clawses')).toThrow(message)
  })

  it('whose beginning is torn, or of a later version, is refused', () => {
    expect(() => readSession(bytes.subarray(0, (offsets[1] ?? 0) - 1))).toThrow(/does not say with what/)
    const later = { type: 'begin', header: { schema: 'claw.session/9' } }
    const content = Buffer.concat([
      bytes.subarray(0, 8),
      encodeFrame('note', Buffer.from(JSON.stringify(later))),
    ])
    expect(() => readSession(content)).toThrow(/data-invalid.*version claw.session\/9.*claw.session\/1/)
  })

  it('with records that are whole and make no sense is cut before them', () => {
    const head = bytes.subarray(0, offsets[1])
    for (const frame of [encodeFrame('note', Buffer.from('{')), encodeFrame('quotes', Buffer.alloc(9))])
      expect(readSession(Buffer.concat([head, frame])).gaps[0]).toEqual({
        type: 'damaged',
        offset: head.length,
        cutBytes: frame.length,
      })
    const unknown = encodeFrame('note', Buffer.from('{"type":"of-a-later-version"}'))
    expect(readSession(Buffer.concat([head, unknown])).gaps.map(({ type }) => type)).toEqual(['ended-early'])
  })
})
