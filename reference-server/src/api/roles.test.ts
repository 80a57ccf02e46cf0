import { expect, it } from 'vitest'
import { createRoutes, openApiDocument } from './app.ts'
import type { ApiParts } from './parts.ts'
import { ROLES } from './roles.ts'

const document = openApiDocument(createRoutes({} as ApiParts))
const routes = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.keys(methods ?? {}).map(method => `${method.toUpperCase()} ${path}`),
)

it('every route states the roles that may call it, and no role is stated for a route that is gone', () => {
  expect([...routes, 'GET /openapi.json'].toSorted()).toEqual(Object.keys(ROLES).toSorted())
})

it('every change is for operators or bots, never for viewers', () => {
  const open = Object.entries(ROLES).filter(
    ([route, roles]) => !route.startsWith('GET') && roles.some(role => role === 'viewer' || role === 'open'),
  )
  expect(open).toEqual([])
})

it('every body is required: without that an empty request would skip its schema', () => {
  const bodies = Object.values(document.paths ?? {}).flatMap(methods =>
    Object.values(methods ?? {}).flatMap(
      operation => (operation as { requestBody?: { required?: boolean } }).requestBody ?? [],
    ),
  )
  expect(bodies.length).toBeGreaterThan(5)
  expect(bodies.every(body => body.required === true)).toBe(true)
})
