import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM, skipWithout } from './requirements.ts'

const CLAW = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))

describe.skipIf(skipWithout(CHROMIUM !== undefined))('the report of a backtest, opened from its file', () => {
  let dir = ''
  let browser: Browser
  let page: Page
  let runUrl = ''
  const complaints: string[] = []
  const claw = (command: string): string => {
    const { PATH = '', HOME = '' } = process.env
    const { status, stderr } = spawnSync(process.execPath, [CLAW, ...command.split(' ')], {
      cwd: dir,
      env: { PATH, HOME },
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
    return stderr
  }
  const openSearch = async (command: string): Promise<void> => {
    const [, file = ''] = /Report: (\S+\.html)/.exec(claw(command)) ?? []
    await page.goto(pathToFileURL(join(dir, file)).href)
    await page.waitForSelector('html[data-drawn=yes]')
  }
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'claw-report-'))
    claw('backtest S03 --synthetic 1 --bars 6000')
    if (CHROMIUM === undefined)
      throw new Error('No Chromium on the PATH. Install it, e.g. apt-get install chromium.')
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    })
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('request', request => {
      if (!/^(?:file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`)
    })
    const [folder = ''] = await readdir(join(dir, 'reports'))
    runUrl = pathToFileURL(join(dir, 'reports', folder, 'index.html')).href
    await page.goto(runUrl)
    await page.waitForSelector('html[data-drawn=yes]')
  })
  afterAll(async () => {
    await browser?.close()
    await rm(dir, { recursive: true, force: true })
  })

  it('draws every part, asks the network for nothing and complains of nothing', async () => {
    const titles = await page.locator('h2').allTextContents()
    expect(titles).toEqual(
      expect.arrayContaining([
        'Result',
        'How this was run',
        'Equity',
        'How sure',
        'Costs',
        'Trades',
        'By month',
        'Distribution',
        'By hour and weekday',
      ]),
    )
    expect(await page.locator('.chart canvas').count()).toBeGreaterThan(2)
    expect(await page.locator('pre.command').textContent()).toBe(
      'claw backtest S03 --synthetic 1 --bars 6000',
    )
    const how = await page.locator('.how').textContent()
    expect(how).toContain('Sourcesynthetic market, seed 1 · built-in record')
    for (const name of ['Data hash', 'Terms hash', 'Code hash'])
      expect(how).toMatch(new RegExp(`${name}[0-9a-f]{12}`))
    expect(how).toContain('Spread28 pointsCommission3.5 USD/lot and sideSwapnone')
    expect(await page.locator('main').textContent()).not.toMatch(/NaN|undefined|Infinity|\[object/)
    expect(complaints).toEqual([])
  })

  it('has a sign before each gain and each loss of a month', async () => {
    const results = await page.locator('.months tbody td').allTextContents()
    expect(results.filter(text => !/^(?:[+−][\d\u202f]+|0|)$/.test(text))).toEqual([])
    const tones = await page.locator('.months tbody .profit').allTextContents()
    expect(tones.length).toBeGreaterThan(0)
    expect(tones.filter(text => !text.startsWith('+') && text !== '0')).toEqual([])
  })

  it('shows a trade that is chosen, and turns the pages of the others', async () => {
    const rows = page.locator('.trades tbody tr')
    await rows.nth(0).getByRole('button').click()
    expect(await rows.nth(0).getAttribute('aria-selected')).toBe('true')
    const newest = await rows.nth(0).textContent()
    await page.getByRole('button', { name: 'Earlier' }).click()
    expect(await rows.nth(0).textContent()).not.toBe(newest)
    expect(complaints).toEqual([])
  })

  it('of a sweep and of a walk-forward shows how the best of one half fares in the other', async () => {
    const search = '--synthetic 1 --bars 6000 --axis period=15,20,25 --axis deviation=1.5,2 --workers 0'
    for (const command of [
      `sweep S03 ${search}`,
      `walkforward S03 ${search} --in-sample 30 --out-of-sample 10`,
    ]) {
      await openSearch(command)
      expect(await page.locator('svg.split rect').count()).toBe(12)
      expect(await page.locator('.verdict').textContent()).toMatch(
        /Probability of overfitting 0\.\d\d · [\d\s]+ of [\d\s]+ ways/,
      )
      expect(await page.locator('main').textContent()).not.toMatch(/NaN|undefined|Infinity|\[object/)
      await page.setViewportSize({ width: 375, height: 800 })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
      await page.setViewportSize({ width: 1280, height: 900 })
    }
    expect(complaints).toEqual([])
    await page.goto(runUrl)
  })

  it('of a sweep has the scores over two axes with what the best is worth, which a keyboard scrolls on a phone', async () => {
    const heat = page.locator('table.heat')
    const search = 'sweep S03 --synthetic 1 --bars 3000 --least-trades 0 --workers 0 --axis period=15,20,25'
    await page.setViewportSize({ width: 1280, height: 900 })
    await openSearch(`${search} --axis deviation=1:3.5:0.25`)
    const texts = await heat.locator('tbody td').allTextContents()
    expect(texts).toHaveLength(3 * 11)
    expect(texts.filter(text => /^(?:★\u00a0)?−?\d+\.\d\d!?$/.test(text)).length).toBeGreaterThan(20)
    expect(texts.filter(text => text.startsWith('★'))).toHaveLength(1)
    const best = (await page.locator('.best').textContent()) ?? ''
    expect(best).toMatch(/★ best sharpe −?\d+\.\d\d · period \d+, deviation [\d.]+ · \d+ trades?/)
    expect(best).toMatch(
      /best of \d+ trials \(worth [\d.]+ independent ones\): deflated Sharpe 0\.\d\d – treat as unproven/,
    )
    expect(best).toMatch(/one step aside: mean −?\d+\.\d\d, least −?\d+\.\d\d.* · period .* · deviation /)
    expect(await page.locator('table.judged').textContent()).toContain('Left one step aside')
    const box = page.getByRole('region', { name: 'sharpe by period and deviation' })
    expect(await box.getAttribute('tabindex')).toBeNull()
    await page.setViewportSize({ width: 390, height: 800 })
    await page.waitForSelector('.scroll[tabindex="0"]')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await box.focus()
    await page.keyboard.press('ArrowRight')
    await expect
      .poll(() => page.evaluate("document.querySelector('.scroll[role=region]').scrollLeft"))
      .toBeGreaterThan(0)
    await page.setViewportSize({ width: 1280, height: 900 })
    await openSearch(`${search} --axis deviation=1.5,2 --axis stopAtr=1,1.5`)
    expect(await page.locator('section', { has: heat }).textContent()).toContain(
      'Each cell is the best over stopAtr.',
    )
    expect(complaints).toEqual([])
    await page.goto(runUrl)
  })

  it('is as wide as a phone, without a part that is cut off', async () => {
    await page.setViewportSize({ width: 375, height: 800 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  })
})
