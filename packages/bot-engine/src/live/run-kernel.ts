import { Kernel } from '../kernel/kernel.ts'
import type { KernelListener } from '../kernel/listener.ts'
import type { Protections } from '../risk/protection.ts'
import { riskVolume } from '../risk/sizing.ts'
import type { LiveRunOptions } from './live-run-options.ts'

/** The kernel of a live run, in the state that the broker has told. */
export function createRunKernel(
  { strategy, params, options, protections, instrument, watched, snapshot }: LiveRunOptions,
  listener: KernelListener,
): Kernel {
  const { currency, digits, minor } = snapshot.balance
  const { leverage, marginMethod = 'sum' } = snapshot
  const kernel: Kernel = new Kernel({
    strategy,
    params,
    instrument,
    watched,
    account: { currency, digits, balanceMinor: minor, leverage, marginMethod },
    label: options.label,
    session: options.sessionId,
    seed: options.seed ?? 1,
    size: riskVolume,
    explain: options.explain ?? false,
    ...(options.quoteFilter === undefined ? {} : { quoteFilter: options.quoteFilter }),
    listener: protections === undefined ? listener : watchedBy(protections, listener, () => kernel),
  })
  return kernel
}

/** Tells protections of trades and bars, as a backtest does. */
function watchedBy(protections: Protections, listener: KernelListener, kernel: () => Kernel): KernelListener {
  return {
    ...listener,
    onTrade(trade) {
      protections.onTrade(trade)
      listener.onTrade?.(trade)
    },
    onBar(bar) {
      const { now, equityMinor } = kernel().state
      protections.onEquity(now, equityMinor)
      listener.onBar?.(bar)
    },
  }
}
