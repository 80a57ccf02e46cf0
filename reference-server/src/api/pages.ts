import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** The dashboard's files. */
export interface Pages {
  /** Tells whether a path is a page of the dashboard, although the API may have a route there. */
  isPage(path: string): boolean
  /** The one HTML page; its script shows the page of the path. */
  page(): Promise<Response>
  /** A file with a hash in its name. */
  asset(path: string): Promise<Response>
}

const PAGE = /^\/(?:bots\/[^/]+\/[^/]+\/?)?$/
// The build names files; anything else, above all "..", is not one of them.
const ASSET = /^\/assets\/([A-Za-z0-9_][A-Za-z0-9_.-]*)$/

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.json': 'application/json',
}

const NOT_BUILT = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Dashboard not built</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body style="font-family:system-ui;margin:3rem;max-width:40rem">
<h1>The dashboard is not built</h1><p>The server works, its page is missing. Run <code>npm run build</code> in the project folder and reload.</p>
<p>The API answers: <a href="/dashboard/data">/dashboard/data</a>, <a href="/openapi.json">/openapi.json</a>.</p></body></html>
`

/** Serves the built dashboard from a folder; without one a page that says how to build it. */
export function createPages(dir: string | undefined): Pages {
  return {
    isPage: path => PAGE.test(path),
    async page() {
      const html =
        dir === undefined ? undefined : await readFile(join(dir, 'index.html')).catch(() => undefined)
      return new Response(html === undefined ? NOT_BUILT : new Uint8Array(html), {
        status: html === undefined ? 503 : 200,
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Cache-Control': 'no-cache',
          Vary: 'Accept, Sec-Fetch-Dest',
        },
      })
    },
    async asset(path) {
      const name = ASSET.exec(path)?.[1]
      const body =
        dir === undefined || name === undefined
          ? undefined
          : await readFile(join(dir, 'assets', name)).catch(() => undefined)
      if (body === undefined || name === undefined) return new Response('Not found', { status: 404 })
      return new Response(new Uint8Array(body), {
        headers: {
          'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
          'Cache-Control': 'public, max-age=31536000, immutable',
        },
      })
    },
  }
}
