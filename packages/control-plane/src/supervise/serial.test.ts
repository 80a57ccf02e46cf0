import { expect, it } from 'vitest'
import { createSerial } from './serial.ts'

function gate() {
  let open: () => void = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { open, opened }
}

it('runs the work of one key one after another, and of another key meanwhile', async () => {
  const serial = createSerial()
  const first = gate()
  const order: string[] = []
  const a1 = serial.run('a', async () => {
    await first.opened
    order.push('a1')
  })
  await Promise.resolve()
  const a2 = serial.run('a', async () => void order.push('a2'))
  await serial.run('b', async () => void order.push('b1'))
  first.open()
  await Promise.all([a1, a2])
  expect(order).toEqual(['b1', 'a1', 'a2'])
})

it('collapses any number of waiting runs of a key into one', async () => {
  const serial = createSerial()
  const first = gate()
  let runs = 0
  const running = serial.run('a', () => first.opened)
  await Promise.resolve()
  const waiting = Array.from({ length: 1_000 }, () =>
    serial.run('a', async () => {
      runs += 1
    }),
  )
  expect(new Set(waiting).size).toBe(1)
  first.open()
  await Promise.all([running, ...waiting])
  expect(runs).toBe(1)
})

it('gives an error to its caller and goes on with the next', async () => {
  const serial = createSerial()
  await expect(serial.run('a', () => Promise.reject(new TypeError('no')))).rejects.toThrow('no')
  await expect(serial.run('a', async () => {})).resolves.toBeUndefined()
})

it('is idle once nothing runs or waits', async () => {
  const serial = createSerial()
  const first = gate()
  let done = false
  const running = serial.run('a', async () => {
    await first.opened
    done = true
  })
  const idle = serial.idle()
  first.open()
  await idle
  expect(done).toBe(true)
  await running
})
