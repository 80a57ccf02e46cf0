import type { InstanceRef } from '@openclaw-trading/control-plane/client'

/** The name of an instance as a map key: `S03/demo`. */
export function instanceKey(ref: InstanceRef): string {
  return `${ref.botId}/${ref.accountType}`
}
