import type { Scenario } from '../scenario.ts'
import { clientCodec } from './codec.ts'
import { runHostilePeer } from './hostile-peer.ts'

/** Most growth of the memory in use. */
export const HEAP_LIMIT_BYTES = 64 * 1_048_576

const FULL = { frames: 10_000_000, segmentations: 1_000_000 }
const SHORT = { frames: 200_000, segmentations: 20_000 }

/** The codec survives a hostile or broken server. */
export const hostilePeerScenario: Scenario = {
  id: 'R-18',
  promise:
    'Whatever bytes a server sends, the codec reads them or refuses that message, and the connection lives on.',
  sizes: ['frames', 'segmentations'],
  async run({ seed, short, sizes }) {
    const size = { ...(short ? SHORT : FULL), ...sizes }
    const { counts, violations } = runHostilePeer({
      codec: clientCodec,
      seed,
      frames: size.frames,
      segmentations: size.segmentations,
      heapLimitBytes: HEAP_LIMIT_BYTES,
    })
    const pass = violations.length === 0
    return { scenario: 'R-18', seed, counts, pass, ...(pass ? {} : { violations }) }
  },
}
