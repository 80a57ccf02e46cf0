import { afterEach, expect, it } from 'vitest'
import { type HttpListener, listenHttp } from '../src/http-listener.ts'

const open: HttpListener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})
async function listen(port = 0): Promise<HttpListener> {
  const listener = await listenHttp({ host: '127.0.0.1', port })
  open.push(listener)
  return listener
}

it('answers "starting" until the application is there', async () => {
  const listener = await listen()
  const url = `http://127.0.0.1:${listener.port}/livez`
  const early = await fetch(url)
  expect(early.status).toBe(503)
  expect(early.headers.get('Retry-After')).toBe('1')
  expect(await early.json()).toMatchObject({ code: 'starting' })
  listener.serve(() => new Response('ready'))
  expect(await (await fetch(url)).text()).toBe('ready')
})

it('names the next port when the wanted one is taken', async () => {
  const first = await listen()
  await expect(listen(first.port)).rejects.toThrow(
    `[port-taken] Another program listens on 127.0.0.1:${first.port}. Stop it, or choose another port: --port ${first.port + 1}`,
  )
})

it('ends although a reader holds a stream open', async () => {
  const listener = await listenHttp({ host: '127.0.0.1', port: 0 })
  listener.serve(
    () =>
      new Response(
        new ReadableStream({ start: controller => controller.enqueue(new TextEncoder().encode('hello')) }),
      ),
  )
  const answer = await fetch(`http://127.0.0.1:${listener.port}/`)
  await listener.close()
  await expect(answer.text()).rejects.toThrow()
})
