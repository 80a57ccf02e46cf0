import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Floor, openFloor } from './floor.ts'

let floor: Floor
beforeAll(async () => {
  floor = await openFloor({ ringCapacity: 4, maxStreams: 2 })
})
afterAll(() => floor.close())

/** Reads a stream until a text has come. */
async function readUntil(answer: Response, text: string): Promise<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let read = ''
  while (!read.includes(text)) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.done) break
    read += chunk.value
  }
  await reader?.cancel()
  return read
}
const notice = (text: string) =>
  floor.ring.publish({ type: 'notices', notices: [{ id: 'x', level: 'info', text }] })
const open = (headers: Record<string, string> = {}) => floor.call('GET', '/events', undefined, headers)

it('greets at once, sends what happens with growing ids, and comments while nothing happens', async () => {
  const answer = await open()
  expect(answer.headers.get('Content-Type')).toContain('text/event-stream')
  expect(answer.headers.get('X-Accel-Buffering')).toBe('no')
  const reading = readUntil(answer, ': still here')
  notice('one')
  const text = await reading
  expect(text).toMatch(/^retry: 2000\n: hello\n\n/)
  expect(text).toMatch(/id: \d+\nevent: notices\ndata: \{"type":"notices".*"one".*\}\n\n/)
})

it('goes on after the last id a reader has seen', async () => {
  const last = floor.ring.lastId
  notice('two')
  notice('three')
  const text = await readUntil(await open({ 'Last-Event-ID': String(last + 1) }), 'three')
  expect(text).not.toContain('two')
})

it('sends a reset to a reader that was away for longer than the ring remembers', async () => {
  const last = floor.ring.lastId
  for (let i = 0; i < 6; i++) notice(`n${i}`)
  const text = await readUntil(await open({ 'Last-Event-ID': String(last) }), 'reset')
  expect(text).toContain(`id: ${floor.ring.lastId}\nevent: reset\ndata: {"type":"reset"}`)
})

it('keeps a limited number of streams and frees the place of one that left', async () => {
  const first = await open()
  const second = await open()
  const third = await open()
  expect(third.status).toBe(503)
  expect(await third.json()).toMatchObject({ code: 'too-many-streams' })
  await first.body?.cancel()
  await second.body?.cancel()
  await expect.poll(async () => (await open()).status).toBe(200)
})
