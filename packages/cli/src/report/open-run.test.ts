import { expect, it } from 'vitest'
import { openerOf } from './open-run.ts'

it('a page is opened by what the system has for it, and by nothing in CI or without a display', () => {
  expect(openerOf('linux', { DISPLAY: ':0' })).toEqual(['xdg-open'])
  expect(openerOf('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open'])
  expect(openerOf('linux', {})).toBeUndefined()
  expect(openerOf('darwin', {})).toEqual(['open'])
  expect(openerOf('win32', {})).toEqual(['cmd', '/c', 'start', '""'])
  expect(openerOf('darwin', { CI: 'true' })).toBeUndefined()
})
