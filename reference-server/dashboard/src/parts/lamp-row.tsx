import type { Instance } from '../contract.ts'
import { freshnessNow, heartbeatAge, isUnconfirmed } from '../status.ts'
import { useNow } from '../ticker.ts'
import { relativeText } from '../time-text.ts'
import type { GlyphShape } from './glyph.tsx'
import { BROKER_LAMP, DB_LAMP, Lamp, type LampLook, PROCESS_LAMP } from './lamp.tsx'

const AGE_LOOK: Record<Instance['freshness'], { shape: GlyphShape; tone: LampLook['tone'] }> = {
  fresh: { shape: 'filled', tone: 'ok' },
  late: { shape: 'half', tone: 'warn' },
  stale: { shape: 'dashed', tone: 'bad' },
  never: { shape: 'empty', tone: 'muted' },
}

/** Desired (DB), actual (JS, BR) and confirmed as four separate facts. */
export function LampRow({ row, stale }: { row: Instance; stale: boolean }) {
  const now = useNow()
  const age = heartbeatAge(row, now)
  const lost = isUnconfirmed(row, stale ? row.receivedAt : now)
  const process =
    lost && row.lamps.process !== 'unknown' ? PROCESS_LAMP.stale : PROCESS_LAMP[row.lamps.process]
  const broker = lost ? BROKER_LAMP.unknown : BROKER_LAMP[row.lamps.broker]
  const freshness = stale && age !== null ? 'stale' : freshnessNow(row, now)
  const idle = row.actual === 'stopped' && row.desired === 'stopped'
  const word = age === null ? 'never' : relativeText(now - age, now)
  return (
    <dl className="grid grid-cols-2 gap-2 @min-[17rem]:grid-cols-[5fr_5fr_5.5fr_auto]">
      <Lamp caption="DB" meaning="Desired, in the database" look={DB_LAMP[row.lamps.db]} />
      <Lamp caption="JS" meaning="Actual: the bot's process" look={process} />
      <Lamp caption="BR" meaning="Broker session" look={broker} />
      <Lamp
        caption="Confirmed"
        meaning="Last heartbeat"
        look={idle ? { shape: 'empty', tone: 'muted', word } : { ...AGE_LOOK[freshness], word }}
      />
    </dl>
  )
}
