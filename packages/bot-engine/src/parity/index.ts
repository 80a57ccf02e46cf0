// How far a live session agrees with a backtest on its own quotes: a recorder, its file, and the comparison.
export { createRecordingFile } from './recording-file.ts'
export {
  createSessionRecorder,
  type RecorderOptions,
  type RecordingEnd,
  type RunningRecorder,
} from './recorder.ts'
export type { RecordingTarget } from '../ports/recording-target.ts'
export { readSession, readSessionFile } from './read-session.ts'
export type {
  OperatorWord,
  RecordedSession,
  RecordingEndReason,
  SessionAccountRules,
  SessionGap,
  SessionHeader,
  SessionTrade,
} from './session.ts'
export { parity, type ParityOptions, type ParityReport, type ParityTrade } from './parity.ts'
export type { ParityCause, ParityDifference } from './trade-differences.ts'
export type { ParityScore, TradeAgreement } from '../statistics/parity-score.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
