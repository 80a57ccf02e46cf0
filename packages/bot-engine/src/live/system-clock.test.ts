import { expect, it } from 'vitest'
import { createSystemClock } from './system-clock.ts'

it('sleeps until the time has passed, or throws the reason of its signal', async () => {
  const clock = createSystemClock()
  await clock.sleep(1)
  const controller = new AbortController()
  const sleeping = clock.sleep(60_000, controller.signal)
  controller.abort(new Error('woken'))
  await expect(sleeping).rejects.toThrow('woken')
  await expect(clock.sleep(60_000, controller.signal)).rejects.toThrow('woken')
})
