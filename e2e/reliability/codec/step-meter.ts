import protobuf from 'protobufjs/minimal.js'

/** Counts the steps of the protobuf reader, so that a loop that does not end is found without a clock. */
export interface StepMeter {
  /** Steps since {@link begin}. */
  readonly steps: number
  /** More steps were taken than the bytes allow; the reader was stopped. */
  readonly isExceeded: boolean
  /** Counts one step; throws when there are too many. */
  step(): void
  /** Starts to count for so many bytes. */
  begin(byteLength: number): void
  /** Puts the reader back as it was. */
  uninstall(): void
}

/** Every step of a reader that gets on takes a byte; some bytes are looked at by two or three nested calls. */
const STEPS_PER_BYTE = 4
const STEPS_MORE = 64

/** Instruments the protobuf reader of this process. */
export function installStepMeter(): StepMeter {
  const prototype = protobuf.Reader.prototype
  const { tag, skip, skipType } = prototype
  let steps = 0
  let budget = Number.POSITIVE_INFINITY
  const step = (): void => {
    if (++steps > budget) throw new Error(`more than ${budget} steps`)
  }
  prototype.tag = function () {
    step()
    return tag.call(this)
  }
  prototype.skip = function (length) {
    step()
    return skip.call(this, length)
  }
  prototype.skipType = function (wireType, depth, fieldNumber) {
    step()
    return skipType.call(this, wireType, depth, fieldNumber)
  }
  return {
    get steps() {
      return steps
    },
    get isExceeded() {
      return steps > budget
    },
    step,
    begin(byteLength) {
      steps = 0
      budget = STEPS_PER_BYTE * byteLength + STEPS_MORE
    },
    uninstall() {
      Object.assign(prototype, { tag, skip, skipType })
    },
  }
}
