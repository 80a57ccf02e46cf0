/** Values that a rule looked at. */
export type RuleInputs = Readonly<Record<string, number | string | boolean | undefined>>

/**
 * Where a strategy says why it does something, or does not: `ctx.explain?.rule('rsi below 30', rsi < 30, { rsi })`.
 *
 * `ctx.explain` is `undefined` unless the run explains itself: then neither the call nor its arguments cost anything.
 */
export interface Explain {
  /**
   * Notes the verdict of a rule; state rules in the order in which they are gates, the first that does not hold is the
   * one that kept the entry back.
   */
  rule(name: string, holds: boolean, inputs?: RuleInputs): void
}
