import type { FeedBar } from '../strategy/series.ts'
import type { BarBuilder } from './bar-builder.ts'
import type { WarmUp } from './kernel-options.ts'
import type { RunState } from './run-state.ts'

/** Shows the closed bars from before a run one by one, and gives the builders the bars in the making. */
export function replayHistory(
  builders: readonly BarBuilder[],
  history: WarmUp,
  state: RunState,
  show: (bar: FeedBar) => void,
): void {
  for (const bar of pastBars(builders, history)) {
    state.now = bar.closedAt
    builders.find(({ feed }) => feed === bar.feed)?.series.push(bar)
    show(bar)
  }
  for (const builder of builders) {
    const forming = history[builder.feed]?.forming
    if (forming !== undefined) builder.load(forming)
  }
  // The first message tells the time of the run.
  state.now = 0
}

/** The closed bars of all feeds by their end. */
function pastBars(builders: readonly BarBuilder[], history: WarmUp): readonly FeedBar[] {
  return builders
    .flatMap(({ feed }) => (history[feed]?.closed ?? []).map(bar => ({ ...bar, feed })))
    .sort((a, b) => a.closedAt - b.closedAt)
}
