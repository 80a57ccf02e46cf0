import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleForBrowser } from './browser/bundle.ts'
import { CHROMIUM, skipWithout } from './requirements.ts'

const APP = './quotes-app.ts'
const MAX_GZIP_BYTES = 60 * 1024

describe('an app for browsers that connects and reads quotes', () => {
  it(`costs at most ${MAX_GZIP_BYTES / 1024} KB gzip besides the generated schema`, async () => {
    const { gzipBytes } = await bundleForBrowser(APP, { schema: false })
    expect(gzipBytes).toBeGreaterThan(1000)
    expect(gzipBytes).toBeLessThanOrEqual(MAX_GZIP_BYTES)
  })

  it('contains nothing of Node, and no WebSocket but the browser’s', async () => {
    const { inputs, text } = await bundleForBrowser(APP, { schema: true })
    expect(text).not.toMatch(/["'`]node:/)
    expect(text).not.toMatch(/\brequire\(["'`](net|tls|http|crypto|stream)["'`]\)/)
    expect(inputs.filter(path => /node_modules\/ws\/|platform\/(node|sockets)\.ts/.test(path))).toEqual([])
  })

  it.each(['@openclaw-trading/ctrader-client', '@openclaw-trading/ctrader-client/protocol'])(
    'may import all of %s',
    async name => {
      const entry = `./browser/${name.endsWith('protocol') ? 'all-of-protocol' : 'all-of-client'}.ts`
      const { text } = await bundleForBrowser(entry.replace('./browser/', './'), { schema: true })
      expect(text).not.toMatch(/["'`]node:/)
    },
  )
})

describe.skipIf(skipWithout(CHROMIUM !== undefined))('the client in a page of Chromium', () => {
  let venue: Simulator
  let script = ''

  beforeAll(async () => {
    venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, seed: 7, jsonPort: 0 })
    script = (await bundleForBrowser(APP, { schema: true })).text
  })
  afterAll(async () => {
    await venue.close()
  })

  it.each([
    ['protobuf', 'port'],
    ['json', 'jsonPort'],
  ] as const)('connects, authorises and gets quotes in %s over WebSocket', async (codec, port) => {
    const browser = await chromium.launch({
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
      ],
    })
    try {
      const page = await browser.newPage()
      await page.addScriptTag({ content: script })
      const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
      const options = {
        environment: { host: venue.host, port: venue[port], tls: false },
        application: { clientId, clientSecret },
        codec,
      }
      const call = `app.bids(${JSON.stringify(options)}, ${ctidTraderAccountId}, ${JSON.stringify(accessToken)}, 20)`
      const bids = (await page.evaluate(call)) as readonly number[]
      expect(bids).toHaveLength(20)
      for (const bid of bids) expect(bid).toBeGreaterThan(100)
    } finally {
      await browser.close()
    }
  })
})
