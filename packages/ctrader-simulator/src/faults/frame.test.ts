import { encodeMessage } from '@openclaw-trading/ctrader-client/protocol'
import { describe, expect, it } from 'vitest'
import { FrameSplitter, frameOf } from './frame.ts'

const frames = [encodeMessage(2104, {}, 'a'), encodeMessage(51, {}), encodeMessage(2104, {}, 'bcd')]
const stream = Buffer.concat(frames)

describe('a stream cut into frames', () => {
  it('is the same frames wherever it was cut before', () => {
    for (let at = 0; at <= stream.length; at++) {
      const splitter = new FrameSplitter(1000)
      const cut = [...splitter.push(stream.subarray(0, at)), ...splitter.push(stream.subarray(at))]
      expect(cut.map(frame => Buffer.from(frame))).toEqual(frames.map(frame => Buffer.from(frame)))
    }
  })

  it('is let through once a length is too large: refusing it is the reader’s task', () => {
    const splitter = new FrameSplitter(10)
    const huge = Buffer.from([0, 0, 0, 11, 1])
    expect(splitter.push(huge).map(bytes => bytes.length)).toEqual([5])
    expect(splitter.push(Buffer.from([2, 3])).map(bytes => bytes.length)).toEqual([2])
  })

  it('has payload type 0 where a frame is no envelope', () => {
    expect(frameOf(Buffer.from([0, 0, 0, 1, 0xff]))).toMatchObject({ payloadType: 0, clientMsgId: undefined })
  })
})
