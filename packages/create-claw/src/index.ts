// What `create-claw` does, for other commands: `claw new strategy` writes the same files.
export { ScaffoldError, type ScaffoldErrorCode, isScaffoldError } from './errors.ts'
export { writeProject, type ProjectFiles } from './write-project.ts'
export type { Template } from './write-files.ts'
export { writeStrategy, type StrategyFiles } from './write-strategy.ts'
