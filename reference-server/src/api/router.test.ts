import { readFileSync } from 'node:fs'
import { createRoute, z } from '@hono/zod-openapi'
import { TradeRequest } from '@openclaw-trading/control-plane/client'
import { expect, it } from 'vitest'
import { createRoutes, openApiDocument } from './app.ts'
import type { ApiParts } from './parts.ts'
import { createRouter, jsonAnswer, jsonBody } from './router.ts'

const route = createRoute({
  method: 'post',
  path: '/trade',
  request: { body: jsonBody(TradeRequest) },
  responses: { 200: jsonAnswer('Taken.', z.object({})) },
})
const router = createRouter().openapi(route, context => context.json({}, 200))
async function pathsOf(body: unknown) {
  const answer = await router.request('/trade', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const problem = (await answer.json()) as { errors?: { path: string }[]; issues?: { path: string }[] }
  return { problem, status: answer.status }
}

it('names the fields of a choice that fits by its kind', async () => {
  const one = JSON.stringify((await pathsOf({})).problem)
  expect(one).toContain('"dealId"')
  expect(one).not.toContain('"0.dealId"')
  const batch = await pathsOf([{}])
  expect(JSON.stringify(batch.problem)).toContain('"0.dealId"')
  expect(JSON.stringify((await pathsOf([])).problem)).toContain('Too small')
  expect(JSON.stringify((await pathsOf('x')).problem)).toContain('Invalid input')
})

it('describes each route with an id of its own, and how a stream resumes', () => {
  // Handlers are not called.
  const document = openApiDocument(createRoutes({} as ApiParts))
  const operations = Object.values(document.paths ?? {}).flatMap(path => Object.values(path ?? {}))
  const ids = operations.map(operation => (operation as { operationId?: string }).operationId)
  expect(ids.length).toBeGreaterThan(15)
  expect(ids).not.toContain(undefined)
  expect(new Set(ids).size).toBe(ids.length)
  expect(document.paths?.['/events']?.get?.parameters).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ in: 'header', name: 'Last-Event-ID', required: false }),
      expect.objectContaining({ in: 'query', name: 'lastEventId', required: false }),
    ]),
  )
})

it('states the version of the package, not one of its own', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(openApiDocument(createRoutes({} as ApiParts)).info.version).toBe(version)
})
