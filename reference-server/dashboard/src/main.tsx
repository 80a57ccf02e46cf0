import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startLive } from './live.ts'
import { restoreTheme } from './theme.ts'
import './styles.css'

restoreTheme()

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      refetchOnWindowFocus: true,
      // The server is often on this machine: it answers without any network.
      networkMode: 'always',
      // Snapshots are compared where they are drawn; a deep comparison of all candles would cost more.
      structuralSharing: false,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

const stop = startLive(client)
import.meta.hot?.dispose(stop)

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  )
