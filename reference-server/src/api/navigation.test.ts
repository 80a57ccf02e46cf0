import { expect, it } from 'vitest'
import { isNavigation } from './navigation.ts'
import { createPages } from './pages.ts'

const request = (headers: Record<string, string>, method = 'GET') =>
  ({ method, header: (name: string) => headers[name] }) as unknown as Parameters<typeof isNavigation>[0]

it('tells a person who goes to a page from a program that reads', () => {
  expect(isNavigation(request({ 'Sec-Fetch-Dest': 'document', Accept: 'text/html' }))).toBe(true)
  expect(isNavigation(request({ Accept: 'text/html,application/xhtml+xml' }))).toBe(true)
  expect(isNavigation(request({ Accept: '*/*' }))).toBe(false)
  expect(isNavigation(request({ 'Sec-Fetch-Dest': 'empty', Accept: 'text/html' }))).toBe(false)
  expect(isNavigation(request({ Accept: 'text/html' }, 'POST'))).toBe(false)
})

it('knows its pages', () => {
  const pages = createPages(undefined)
  expect(['/', '/bots/S03/demo'].map(path => pages.isPage(path))).toEqual([true, true])
  expect(['/dashboard/data', '/trades', '/bots/S03'].map(path => pages.isPage(path))).toEqual([
    false,
    false,
    false,
  ])
})

it('says how to build a dashboard that is missing', async () => {
  const answer = await createPages(undefined).page()
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('npm run build')
})

it('serves no file outside of the assets', async () => {
  const pages = createPages(new URL('.', import.meta.url).pathname)
  for (const path of ['/assets/../pages.ts', '/assets/..%2Fpages.ts', '/assets/.env', '/assets/a/b.js'])
    expect((await pages.asset(path)).status).toBe(404)
})
