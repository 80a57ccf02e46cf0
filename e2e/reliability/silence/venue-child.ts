import { startSimulator } from '@openclaw-trading/ctrader-simulator'

// A venue in a process of its own, so that it can be stopped; its endpoint is its first line.
const times = { idleMs: 6000, heartbeatMs: 5000 }
const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, times, seed: 5 })
process.stdout.write(
  `${JSON.stringify({ host: venue.host, port: venue.port, credentials: venue.credentials })}\n`,
)
// Ends with whoever started it.
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
