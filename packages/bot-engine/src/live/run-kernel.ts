import { Kernel } from '../kernel/kernel.ts'
import { riskVolume } from '../risk/sizing.ts'
import type { LiveRunOptions } from './live-run-options.ts'

/** The kernel of a live run, in the state that the broker has told. */
export function createRunKernel(
  { strategy, params, options, instrument, watched, snapshot }: LiveRunOptions,
  listener: ConstructorParameters<typeof Kernel>[0]['listener'],
): Kernel {
  const { currency, digits, minor } = snapshot.balance
  const { leverage, marginMethod = 'sum' } = snapshot
  return new Kernel({
    strategy,
    params,
    instrument,
    watched,
    account: { currency, digits, balanceMinor: minor, leverage, marginMethod },
    label: options.label,
    session: options.sessionId,
    seed: options.seed ?? 1,
    size: riskVolume,
    listener,
  })
}
