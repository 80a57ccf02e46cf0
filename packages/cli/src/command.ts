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
  /**
   * A second signal does not cut it short: it would leave processes behind, or tokens that nobody has kept. It stops within
   * half a minute all the same. Default false.
   */
  readonly stopsInOrder?: boolean
  /** Code of a strategy runs in the main thread, which may never give it back. Default false. */
  readonly runsStrategies?: boolean
  /** Does it. @returns the exit code */
  run(context: CommandContext): Promise<number>
}

/** Adds a command to the tree; when a line chooses it, `done` is told. Each file of `commands` exports one. */
export type Register = (program: Command, done: (chosen: Chosen) => void) => void
