import { CTraderError } from '../errors.ts'

/** An execution of a type that no published protocol has. */
export function unknownType(executionType: number): CTraderError<'protocol-violation'> {
  return new CTraderError(
    'protocol-violation',
    `The server sent the execution type ${executionType}. What it did is in the next snapshot.`,
    { payloadType: 2126 },
  )
}
