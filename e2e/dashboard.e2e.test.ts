import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlResponse, TradeRow } from '@openclaw-trading/control-plane/client'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Claw, clawUp, getJson } from './claw.ts'
import { CHROMIUM, skipWithout } from './requirements.ts'

const DESKTOP = { width: 1280, height: 800 }
const PHONE = { width: 375, height: 812 }
const within = { timeout: 60_000 }

describe.skipIf(skipWithout(CHROMIUM !== undefined))('the dashboard of a running fleet', () => {
  let dataDir = ''
  let claw: Claw
  let browser: Browser
  const complaints: string[] = []

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'claw-dashboard-'))
    await chmod(dataDir, 0o711)
    claw = await clawUp(dataDir)
    if (CHROMIUM === undefined)
      throw new Error('No Chromium on the PATH. Install it, e.g. apt-get install chromium.')
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    const trades = () => getJson<{ trades: TradeRow[] }>(`${claw.url}/trades?botId=S03`)
    await vi.waitFor(async () => expect((await trades()).trades.length).toBeGreaterThan(0), {
      timeout: 120_000,
      interval: 500,
    })
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    claw?.child.kill('SIGINT')
    await claw?.ended
    await rm(dataDir, { recursive: true, force: true })
  })

  async function open(path: string, options: BrowserContextOptions = { viewport: DESKTOP }): Promise<Page> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(`${claw.url}${path}`)
    return page
  }

  it('shows S03 running on the demo lane, with live data and the word that no login is needed', async () => {
    const page = await open('/')
    const card = page.getByRole('article', { name: /S03 .*demo/ })
    await card.getByText('Running', { exact: true }).waitFor(within)
    await page.getByText('Opens without a login, on this machine only.', { exact: false }).waitFor(within)
    for (const lane of ['Backlog', 'Demo', 'Live'])
      await page.getByRole('heading', { name: lane, exact: false }).first().waitFor(within)
    const clock = page.getByText(/\d\d:\d\d:\d\d/).first()
    const first = await clock.textContent()
    await expect.poll(() => clock.textContent(), within).not.toBe(first)
  })

  it.each(['/', '/bots/S03/demo'])(
    'is never blank at %s: it says that it connects before script and data are there',
    async path => {
      const context = await browser.newContext({ viewport: PHONE })
      const page = await context.newPage()
      const release: (() => void)[] = []
      // Held back until asked for: the script, then the data.
      const hold = (what: string) =>
        page.route(what, async route => {
          await new Promise<void>(resolve => release.push(resolve))
          await route.continue().catch(() => undefined)
        })
      await hold('**/assets/*.js')
      await page.goto(`${claw.url}${path}`, { waitUntil: 'commit' })
      await page.getByText('Connecting to the server…').waitFor(within)
      await page.locator('.skeleton').locator('visible=true').first().waitFor(within)
      expect(await page.getByText('Nothing yet').isVisible()).toBe(false)
      await hold('**/dashboard/data')
      await page.route('**/bots/**', route =>
        route.request().resourceType() === 'fetch' ? undefined : route.continue(),
      )
      for (const go of release.splice(0)) go()
      await page.getByText(/^Loading /).waitFor(within)
      await page.locator('.skeleton').locator('visible=true').first().waitFor(within)
      await context.close()
    },
  )

  it('shows candles, trades and parameters of the bot, and follows new candles without a reload', async () => {
    const page = await open('/bots/S03/demo')
    await page.locator('canvas').first().waitFor(within)
    await page.getByRole('heading', { name: 'Trades' }).waitFor(within)
    expect(await page.getByRole('row').count()).toBeGreaterThan(1)
    await page.getByText('riskPercent').first().waitFor(within)
    const summary = page.getByText(/XAUUSD m1, \d+ candles/).first()
    const first = await summary.textContent(within)
    await expect.poll(() => summary.textContent(), within).not.toBe(first)
  })

  it.each([
    ['the fleet', '/', 'dark'],
    ['the fleet', '/', 'light'],
    ['the bot page', '/bots/S03/demo', 'dark'],
    ['the bot page', '/bots/S03/demo', 'light'],
  ] as const)('fits %s (%s, %s) on a phone without scrolling sideways', async (_, path, colorScheme) => {
    const page = await open(path, { viewport: PHONE, colorScheme })
    await page.getByText('S03').locator('visible=true').first().waitFor(within)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBeLessThanOrEqual(PHONE.width)
  })

  it('stops the bot only with a reason, by keyboard, and shows what became of it', async () => {
    const page = await open('/bots/S03/demo')
    await page.getByRole('button', { name: /^Stop/ }).first().focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor(within)
    await dialog.getByRole('textbox').fill('end of the tour')
    await dialog.getByRole('button', { name: /^Stop/ }).click()
    const control = () => getJson<ControlResponse>(`${claw.url}/control/S03`)
    await expect.poll(control, within).toMatchObject({ status: 'stopped', reason: 'end of the tour' })
    await page.getByText('Completed').first().waitFor(within)
    await page.getByText('Stopped', { exact: true }).first().waitFor(within)
  })

  it('says that there is no such page, and no such bot', async () => {
    await (await open('/nothing-here'))
      .getByText(/not found|no such page|does not exist|no page/i)
      .first()
      .waitFor(within)
    await (await open('/bots/S99/demo')).getByText(/S99/).first().waitFor(within)
  })

  it('ran without a complaint of the browser', () => {
    expect(complaints.filter(text => !text.includes('404'))).toEqual([])
  })
})
