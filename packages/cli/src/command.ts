import type { Command } from 'commander'
import type { Interrupt } from './interrupt.ts'
import type { Terminal } from './terminal.ts'

/** What a command runs with. */
export interface CommandContext {
  /** The command line, without node and script. */
  readonly args: readonly string[]
  readonly terminal: Terminal
  readonly interrupt: Interrupt
}

/** A command that a line chose, with its options as data. */
export interface Chosen {
  readonly command: string
  readonly options: object
  /** Its result is one JSON object on stdout, and so is its failure. Default false. */
  readonly json?: boolean
  /** Does it. @returns the exit code */
  run(context: CommandContext): Promise<number>
}

/** Adds a command to the tree; when a line chooses it, `done` is told. Each file of `commands` exports one. */
export type Register = (program: Command, done: (chosen: Chosen) => void) => void
