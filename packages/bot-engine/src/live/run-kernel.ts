import { Kernel } from '../kernel/kernel.ts'
import type { KernelListener } from '../kernel/listener.ts'
import type { Protections } from '../risk/protection.ts'
import { riskVolume } from '../risk/sizing.ts'
import type { StateSaver } from './state-saver.ts'
import type { LiveRunOptions } from './live-run-options.ts'

/** The kernel of a live run, in the state that the broker has told. */
export function createRunKernel(
  { strategy, params, options, protections, memory, saver, instrument, watched, snapshot }: LiveRunOptions,
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
    memory,
    explain: options.explain ?? false,
    ...(options.quoteFilter === undefined ? {} : { quoteFilter: options.quoteFilter }),
    listener: watchedBy(savedBy(listener, saver), protections, () => kernel),
  })
  return kernel
}

/** Tells protections of trades and bars, as a backtest does. */
function watchedBy(
  listener: KernelListener,
  protections: Protections | undefined,
  kernel: () => Kernel,
): KernelListener {
  if (protections === undefined) return listener
  return {
    ...listener,
    onTrade(trade) {
      protections.onTrade(trade)
      listener.onTrade?.(trade)
    },
    onBar(bar) {
      const { now, quoteAt, equityMinor } = kernel().state
      // Before the first quote equity knows nothing of open profit.
      if (quoteAt >= 0) protections.onEquity(now, equityMinor)
      listener.onBar?.(bar)
    },
  }
}

/** Has the state looked at after bars and executions. */
function savedBy(listener: KernelListener, saver: StateSaver | undefined): KernelListener {
  if (saver === undefined) return listener
  return {
    ...listener,
    onBar(bar) {
      saver.touch()
      listener.onBar?.(bar)
    },
    onExecution(event) {
      saver.touch()
      listener.onExecution?.(event)
    },
  }
}
