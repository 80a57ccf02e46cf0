const HEADER = '// Generated from schema/ctrader-schema.json. Do not edit.\n'

/** Requests that trade: the way of an order is the one that is timed. */
const COMMANDS = [
  'ProtoOANewOrderReq',
  'ProtoOACancelOrderReq',
  'ProtoOAAmendOrderReq',
  'ProtoOAAmendPositionSLTPReq',
  'ProtoOAClosePositionReq',
]
/** Wire type of each scalar that a command has. */
const WIRE_TYPES = { int32: 0, int64: 0, bool: 0, double: 1, string: 2 }

function fieldCode(schema, { name, number, type, label }) {
  const scalar = type in schema.enums ? 'int32' : type
  const wireType = WIRE_TYPES[scalar]
  if (wireType === undefined || label === 'repeated') {
    console.error(
      `ctrader-client: a command has the ${label} field ${name} of type ${type}. Extend plain-fields.ts.`,
    )
    process.exit(1)
  }
  const tag = number * 8 + wireType
  if (label === 'required') return `      ${scalar}(${tag}, message.${name})\n`
  return `      if ((value = message.${name}) != null) ${scalar}(${tag}, value)\n`
}

/** Writes the trading requests field by field in order of their numbers, as the codec does. */
export function commandsCode(schema) {
  let text = `${HEADER}import { bool, double, int32, int64, string } from '../plain-fields.ts'

export function writeCommand(payloadType, message) {
  let value
  switch (payloadType) {
`
  for (const name of COMMANDS) {
    const { payloadType, fields } = schema.messages[name]
    text += `    case ${payloadType}:\n`
    for (const field of [...fields].sort((a, b) => a.number - b.number)) text += fieldCode(schema, field)
    text += '      return true\n'
  }
  return `${text}    default:\n      return false\n  }\n}\n`
}

/** Types of commands.js. */
export function commandTypes() {
  return `${HEADER}
/** Writes the payload of a trading request with the writers of plain-fields. @returns whether it is one */
export declare function writeCommand(payloadType: number, message: object): boolean
`
}
