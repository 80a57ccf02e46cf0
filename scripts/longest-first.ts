// Which files begin first: a long one that begins last would leave the other worker idle at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files of 25 s and more on a machine with two busy cores, the longest first. */
export const LONGEST = [
  'reference-server/test/unsettled-entries.integration',
  'e2e/nine-strategies.e2e',
  'e2e/up.e2e',
  'reference-server/test/bot.integration',
  'reference-server/test/server.integration',
  'e2e/reliability/codec/hostile-peer.e2e',
  'e2e/reliability/tokens/tokens.e2e',
  'packages/control-plane/test/supervisor.integration',
  'packages/control-plane/test/embedded.integration',
  'e2e/replay.e2e',
  'reference-server/test/replay.integration',
]

/** Position of a file among the longest; behind them all for any other. */
export function rankOf(moduleId: string): number {
  const rank = LONGEST.findIndex(name => moduleId.replaceAll('\\', '/').includes(`/${name}.`))
  return rank < 0 ? LONGEST.length : rank
}

/** Vitest's own order, but for the longest files of a group. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder
    return sorted.toSorted((a, b) => group(a) - group(b) || rankOf(a.moduleId) - rankOf(b.moduleId))
  }
}
