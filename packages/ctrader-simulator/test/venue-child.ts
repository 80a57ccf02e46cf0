// A venue in a process of its own, for tests that kill it: options as JSON in argv, what a client needs over IPC.
import { type SimulatorOptions, startSimulator } from '../src/index.ts'

const options = JSON.parse(process.argv[2] ?? '') as SimulatorOptions
const warnings: unknown[] = []
const venue = await startSimulator({
  ...options,
  logger: {
    error() {},
    warn: (fields, message) => warnings.push({ ...fields, message }),
    info() {},
    debug() {},
  },
})
const { host, port, credentials, venueId } = venue
process.send?.({ host, port, credentials, venueId, now: venue.now(), warnings })
process.on('disconnect', () => process.exit(0))
