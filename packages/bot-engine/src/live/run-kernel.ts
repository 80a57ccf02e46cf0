import { Kernel } from '../kernel/kernel.ts'
import type { KernelListener } from '../kernel/listener.ts'
import { riskVolume } from '../risk/sizing.ts'
import type { RiskMemory } from './risk-memory.ts'
import type { StateSaver } from './state-saver.ts'
import type { LiveRunOptions } from './live-run-options.ts'

/** The kernel of a live run, in the state that the broker has told. */
export function createRunKernel(
  { strategy, params, options, risk, memory, saver, instrument, watched, snapshot }: LiveRunOptions,
  listener: KernelListener,
): Kernel {
  const { currency, digits, minor } = snapshot.balance
  const { leverage, marginMethod = 'sum' } = snapshot
  const kernel = new Kernel({
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
    listener: watchedBy(savedBy(listener, saver), risk?.memory),
  })
  risk?.memory.attach(kernel)
  return kernel
}

/** Tells protections of trades and bars, as a backtest does. */
function watchedBy(listener: KernelListener, risk: RiskMemory | undefined): KernelListener {
  if (risk === undefined) return listener
  return {
    ...listener,
    onTrade(trade) {
      risk.onTrade(trade)
      listener.onTrade?.(trade)
    },
    onBar(series) {
      risk.onBar()
      listener.onBar?.(series)
    },
  }
}

/** Has the state looked at after bars and executions. */
function savedBy(listener: KernelListener, saver: StateSaver | undefined): KernelListener {
  if (saver === undefined) return listener
  return {
    ...listener,
    onBar(series) {
      saver.touch()
      listener.onBar?.(series)
    },
    onExecution(event) {
      saver.touch()
      listener.onExecution?.(event)
    },
  }
}
