import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const API = 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ['@openclaw-trading/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    // Browsers that have light-dark(), <dialog>, AbortSignal.any and streamed fetch bodies.
    target: ['chrome123', 'firefox124', 'safari17.5'],
    // The page is served under "default-src 'self'": nothing may be inlined as a data: URL or a script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/dashboard/data': API,
      '/events': API,
      '/control': API,
      '/trades': API,
      '/openapi.json': API,
      // A page and an API route share this path: a navigation gets the page.
      '/bots': {
        target: API,
        bypass: request => (request.headers.accept?.includes('text/html') ? '/index.html' : undefined),
      },
    },
  },
})
