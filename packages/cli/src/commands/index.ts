import type { Register } from '../command.ts'
import { registerAuth } from './auth.ts'
import { registerBacktest } from './backtest.ts'
import { registerReplay } from './replay.ts'
import { registerUp } from './up.ts'

/** The commands, in the order of the help. */
export const COMMANDS: readonly Register[] = [registerUp, registerBacktest, registerReplay, registerAuth]
