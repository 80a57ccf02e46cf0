// What a project's `claw.config.ts` is typed by. Everything else of this package is the command.
export type { ClawConfig } from './project/config.ts'
