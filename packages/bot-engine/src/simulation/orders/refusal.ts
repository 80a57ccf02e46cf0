import type { RejectCode } from '../exchange-types.ts'

/** Why the venue refuses a request. */
export interface Refusal {
  readonly code: RejectCode
  readonly description: string
}
