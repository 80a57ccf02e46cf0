import type { Command } from 'commander'
import type { Interrupt } from './interrupt.ts'
import type { Terminal } from './terminal.ts'

/** What a command runs with. */
export interface CommandContext {
  /** The command line, without node and script, and of the options of every command only what a result depends on. */
  readonly args: readonly string[]
  /** The command line as it was typed, also with the options of every command. */
  readonly typed: readonly string[]
  readonly terminal: Terminal
  readonly interrupt: Interrupt
  /** Every question is answered with yes. Default false. */
  readonly yes?: boolean
  /** It shall say where the time of its run goes. Default false. */
  readonly profile?: boolean
}

/**
 * What becomes of a command under `--dry-run`.
 *
 * `changes-nothing`: the command itself, because it only reads. A function: in its place, it tells what the command
 * would change, and changes nothing. `refused`: the command cannot tell, and ends with exit code 2.
 */
export type DryRun =
  | 'changes-nothing'
  | { readonly refused: string }
  | ((context: CommandContext) => Promise<number>)

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
  /** It has settings, and none of them is in a claw.config: `--config` is refused. Default false. */
  readonly readsNoConfig?: boolean
  /** It can say where the time of its run goes: `--profile` is not refused. Default false. */
  readonly profiles?: boolean
  /** No default: a command that changes something must not forget to say so. */
  readonly dryRun: DryRun
  /** Does it. @returns the exit code */
  run(context: CommandContext): Promise<number>
}

/** Adds a command to the tree; when a line chooses it, `done` is told. Each file of `commands` exports one. */
export type Register = (program: Command, done: (chosen: Chosen) => void) => void
