import { describe, expect, it } from 'vitest'
import { type ReplayGate, ReplayMarks } from './replay.ts'

function create(gate: ReplayGate = 'lookahead', subscribed = true) {
  const marks: string[] = []
  const replay = new ReplayMarks({
    gate,
    sendMark: mark => marks.push(mark),
    sendBarrier: mark => marks.push(`barrier ${mark}`),
  })
  if (subscribed) replay.startCounting()
  const handle = (during: () => void = () => {}): void => {
    replay.begin()
    during()
    replay.end()
  }
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  return { marks, replay, handle, turn }
}

describe('ReplayMarks', () => {
  it('confirms all messages of one read with one mark', async () => {
    const { marks, replay, handle, turn } = create()
    for (let i = 0; i < 5; i++) handle()
    replay.readDone()
    expect(marks).toEqual([])
    await turn()
    expect(marks).toEqual(['5'])
    replay.readDone()
    await turn()
    expect(marks).toEqual(['5'])
  })

  it('counts nothing before the subscription', async () => {
    const { marks, replay, turn } = create('lookahead', false)
    replay.begin()
    replay.end()
    replay.readDone()
    await turn()
    expect([replay.current, marks, replay.reserve()]).toEqual([0, [], undefined])
  })

  it('names the k-th request of message n "n.k"', () => {
    const { replay, handle } = create()
    const ids: (string | undefined)[] = []
    const reserve = (): void => void ids.push(replay.reserve()?.clientMsgId)
    handle()
    handle(() => {
      reserve()
      reserve()
    })
    handle(reserve)
    expect(ids).toEqual(['2.1', '2.2', '3.1'])
  })

  it('holds the mark below a decision that is not written yet, and sends it after the release', async () => {
    const { marks, replay, handle, turn } = create()
    let hold: { release(): void } | undefined
    handle()
    handle(() => {
      hold = replay.reserve()
    })
    handle()
    replay.readDone()
    await turn()
    expect(marks).toEqual(['1'])
    hold?.release()
    hold?.release()
    await turn()
    expect(marks).toEqual(['1', '3'])
  })

  it('waits for the lowest of several decisions, each of which may be released first', async () => {
    const { marks, replay, handle, turn } = create()
    const holds: { release(): void }[] = []
    const take = (): void => {
      const hold = replay.reserve()
      if (hold !== undefined) holds.push(hold)
    }
    handle(take)
    handle(() => {
      take()
      take()
    })
    handle()
    holds[1]?.release()
    await turn()
    expect(marks).toEqual([])
    holds[0]?.release()
    await turn()
    expect(marks).toEqual(['1'])
    holds[2]?.release()
    await turn()
    expect(marks).toEqual(['1', '3'])
  })

  it('gives no place on a message that is confirmed already', async () => {
    const { replay, handle, turn } = create()
    handle()
    replay.readDone()
    await turn()
    expect(replay.reserve()).toBeUndefined()
  })

  it('sends nothing after the end of the connection', async () => {
    const { marks, replay, handle, turn } = create()
    handle()
    replay.readDone()
    replay.stop()
    await turn()
    expect(marks).toEqual([])
  })
})

describe('ReplayMarks of a venue that rewinds', () => {
  it('drops from the decision on, until the barrier behind it is answered', async () => {
    const { marks, replay, handle, turn } = create('rewind')
    let hold: { release(): void } | undefined
    const dropping: boolean[] = []
    handle()
    handle(() => {
      hold = replay.reserve()
      dropping.push(replay.dropping)
    })
    replay.readDone()
    await turn()
    expect(marks).toEqual(['1'])
    hold?.release()
    await turn()
    dropping.push(replay.dropping)
    replay.barrierAnswered()
    dropping.push(replay.dropping)
    expect([marks, dropping, replay.current]).toEqual([['1', 'barrier 2'], [true, true, false], 2])
    handle()
    replay.readDone()
    await turn()
    expect(marks).toEqual(['1', 'barrier 2', '3'])
  })

  it('sends one barrier behind all decisions on a message, also behind one that comes after the first was given up', async () => {
    const { marks, replay, handle, turn } = create('rewind')
    handle()
    const ids: (string | undefined)[] = []
    handle(() => {
      const first = replay.reserve()
      ids.push(first?.clientMsgId)
      first?.release()
    })
    const second = replay.reserve()
    ids.push(second?.clientMsgId)
    await turn()
    expect([ids, marks]).toEqual([['2.1', '2.2'], ['1']])
    second?.release()
    await turn()
    expect(marks).toEqual(['1', 'barrier 2'])
    expect(replay.reserve()).toBeUndefined()
  })

  it('sends marks as ever while nothing is decided', async () => {
    const { marks, replay, handle, turn } = create('rewind')
    for (let i = 0; i < 3; i++) handle()
    replay.readDone()
    await turn()
    expect([marks, replay.dropping]).toEqual([['3'], false])
  })
})
