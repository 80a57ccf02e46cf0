import type { ParityReport, SessionGap } from '@openclaw-trading/bot-engine/parity'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Warning } from '../output.ts'
import { secondText } from './times.ts'

/** Where a recording, or the comparison, is not the whole truth, in words. */
export function gapWarnings({ gaps, leftOut, replay }: ParityReport): readonly Warning[] {
  const { openedBefore, behindEnd } = leftOut
  return [
    ...gaps.map(gap => ({ code: `recording-${gap.type}`, message: messageOf(gap) })),
    ...(openedBefore === 0
      ? []
      : [
          {
            code: 'opened-before',
            message: `${openedBefore} trades were opened before the recording: not compared.`,
          },
        ]),
    ...(behindEnd === 0
      ? []
      : [
          {
            code: 'behind-end',
            message: `${behindEnd} trades were closed by the stop, or behind the last quote: not compared.`,
          },
        ]),
    ...(replay.isVenueKnown
      ? []
      : [
          {
            code: 'venue-assumed',
            message: `Nobody said how the venue treats orders: the replay fills ${replay.venue.latencyMs} ms after a decision. See --latency.`,
          },
        ]),
  ]
}

function messageOf(gap: SessionGap): string {
  switch (gap.type) {
    case 'torn':
      return `The recording is torn, as by a crash: its last ${grouped(gap.cutBytes)} bytes were cut.`
    case 'damaged':
      return `The recording is damaged at byte ${grouped(gap.offset)}: ${grouped(gap.cutBytes)} bytes from there were cut.`
    case 'ended-early':
      return `The recording ended before the run, at ${secondText(gap.at)} (${gap.reason}).`
    case 'absence':
      return `From ${secondText(gap.from)} to ${secondText(gap.to)} the run was not sure: ${gap.reason}. What came meanwhile may be missing.`
    case 'lost-quotes':
      return `${grouped(gap.late)} quotes behind their time and ${grouped(gap.unusable)} that are none were left out.`
    case 'taken-over':
      return `The session began with ${gap.positions} positions and ${gap.orders} orders; its replay begins with none.`
    case 'memory':
      return 'Limits and protections knew of earlier sessions; in the replay they do not.'
    case 'protections':
      return `Protections of your own do not act in the replay: ${gap.names.join(', ')}.`
  }
}
