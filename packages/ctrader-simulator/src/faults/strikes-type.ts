const HEARTBEAT = 51

/** Whether a fault strikes messages of a type; a heartbeat only where it is named. */
export function strikesType(
  { payloadTypes }: { readonly payloadTypes?: readonly number[] | undefined },
  payloadType: number,
): boolean {
  return payloadTypes === undefined ? payloadType !== HEARTBEAT : payloadTypes.includes(payloadType)
}
