// What commands write with, and what their shell is told. Loads neither the connection nor the protocol.
export { isCTraderError } from '../errors.ts'
export { exitCodeOf } from './exit-code.ts'
export {
  grouped,
  Progress,
  type ProgressOptions,
  type ProgressOutput,
  type ProgressState,
} from './progress.ts'
export { type Column, table } from './table.ts'
