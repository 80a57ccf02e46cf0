// What needs Node: files of tokens, the listener for a login, and the functions behind `ctrader auth`.
export { tokenFile, type TokenFile } from './token-file.ts'
export { sharedRateBudget } from './shared-rate-budget.ts'
export { refreshLockFile } from './refresh-lock-file.ts'
export { type CallbackListener, type CallbackOptions, listenForCode } from './callback-listener.ts'
export {
  type AuthSettings,
  readAuthSettings,
  type SettingsSource,
  tokenEndpointOf,
  tokenSourceOf,
} from './auth/settings.ts'
export type { EnvFile } from './env-file.ts'
export { login, type LoginOptions } from './auth/login.ts'
export { authStatus, type AuthStatus, type SecretStatus } from './auth/status.ts'
export { syncEnv, type SyncReport } from './auth/sync.ts'
export type { CommandTerminal } from './command-terminal.ts'
export { type AuthOutcome, authOutcome } from './auth/auth-command.ts'
export {
  type AccountConnection,
  accountPlace,
  type AccountPlace,
  withAccount,
} from './commands/account-connection.ts'
export type { AccountOptions, TargetOptions } from './commands/command-line.ts'
export { runAccountCommand } from './commands/run-command.ts'
export { type AccountCommand, type CommandLine, parseCommandLine } from './commands/command-line.ts'
export { exitCodeOf } from '../terminal/exit-code.ts'
export { processTerminal } from './terminal.ts'
export { grouped, Progress, type ProgressOptions, type ProgressOutput } from '../terminal/progress.ts'
export { type Column, table } from '../terminal/table.ts'
export {
  downloadIntoStore,
  type StoreDownload,
  type StoreDownloadReport,
} from './store/download-into-store.ts'
export type { SeriesAdded } from './store/download-series.ts'
export type {
  HeldSeries,
  HistoryColumns,
  HistorySeries,
  HistoryStore,
  HistoryWrite,
  InstrumentStored,
} from './store/history-store.ts'
export { type OpenedStore, openInstalledStore } from './store/installed-store.ts'
