import type { Register } from '../command.ts'
import { registerAuth } from './auth.ts'
import { registerBacktest } from './backtest.ts'
import { registerCheck } from './check.ts'
import { registerData } from './data.ts'
import { registerCompare } from './compare.ts'
import { registerExplain } from './explain.ts'
import { registerNew } from './new.ts'
import { registerReplay } from './replay.ts'
import { registerReport } from './report.ts'
import { registerSweep } from './sweep.ts'
import { registerUp } from './up.ts'
import { registerWalkForward } from './walkforward.ts'

/** The commands, in the order of the help. */
export const COMMANDS: readonly Register[] = [
  registerNew,
  registerBacktest,
  registerSweep,
  registerWalkForward,
  registerCheck,
  registerData,
  registerReport,
  registerCompare,
  registerUp,
  registerReplay,
  registerAuth,
  registerExplain,
]
