import type { Instrument } from '@openclaw-trading/trading-model'
import { z } from 'zod'

// Unknown fields are refused everywhere: a cost whose name is misspelt would be a cost left out.

// Schemas are made when a record is first read: making them takes 10 ms, which a process without records need not spend.

const finite = () => z.number()
const notNegative = () => finite().min(0)
const positive = () => finite().positive()
const weekday = () => z.int().min(0).max(6)
const currency = () => z.string().regex(/^\S{1,12}$/, 'must be a code such as USD')

const timeZone = () => z.string().refine(isTimeZone, 'must be an IANA zone such as Europe/Athens or UTC')

const Rate = (type: 'usd-per-million' | 'usd-per-lot' | 'percent-of-value' | 'quote-per-lot') =>
  z.strictObject({ type: z.literal(type), rate: notNegative() })

const Commission = () =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    Rate('usd-per-million'),
    Rate('usd-per-lot'),
    Rate('percent-of-value'),
    Rate('quote-per-lot'),
  ])

const Swap = () =>
  z.strictObject({
    unit: z.enum(['pips', 'points', 'percent']),
    long: finite(),
    short: finite(),
    tripleDay: weekday().exactOptional(),
    firstChargeMinute: z.int().min(0).max(1439),
    periodHours: positive(),
    skippedPeriods: z.int().min(0),
    chargedAtWeekends: z.boolean(),
  })

const Rollover = () =>
  z.strictObject({
    usdPerLot: finite(),
    skippedDays: z.int().min(0),
    tripleDay: weekday().exactOptional(),
  })

const Costs = () =>
  z.strictObject({
    commission: Commission(),
    minCommission: z.strictObject({ amount: positive(), currency: currency() }).exactOptional(),
    swap: Swap().exactOptional(),
    rollover: Rollover().exactOptional(),
    conversionFeePercent: notNegative().exactOptional(),
    minStopDistance: notNegative().exactOptional(),
    minTargetDistance: notNegative().exactOptional(),
    minGuaranteedStopDistance: notNegative().exactOptional(),
    minGuaranteedStopDistancePercent: notNegative().exactOptional(),
    minStopDistancePercent: notNegative().exactOptional(),
    minTargetDistancePercent: notNegative().exactOptional(),
  })

const WEEK_SECONDS = 7 * 86_400

const Hours = () =>
  z.strictObject({
    timeZone: timeZone(),
    sessions: z
      .array(
        z
          .strictObject({
            startSecond: z.int().min(0).max(WEEK_SECONDS),
            endSecond: z.int().min(0).max(WEEK_SECONDS),
          })
          .refine(({ startSecond, endSecond }) => startSecond < endSecond, 'must end behind its start'),
      )
      .refine(
        all => all.every(({ startSecond }, i) => startSecond >= (all[i - 1]?.endSecond ?? 0)),
        'must be in order, and not overlap',
      ),
    holidays: z.array(
      z.strictObject({
        day: z.int(),
        recurring: z.boolean(),
        timeZone: timeZone(),
        startSecond: z.int().min(0).max(86_400).exactOptional(),
        endSecond: z.int().min(0).max(86_400).exactOptional(),
      }),
    ),
  })

const LeverageTiers = () =>
  z
    .array(z.strictObject({ upToUsd: positive().exactOptional(), leverage: finite().min(0.01) }))
    .min(1)
    .refine(
      tiers =>
        tiers.every(({ upToUsd }, i) =>
          upToUsd === undefined ? i === tiers.length - 1 : upToUsd > (tiers[i - 1]?.upToUsd ?? 0),
        ),
      'must ascend by upToUsd, which only the last may leave out',
    )

const InstrumentShape = () =>
  z.strictObject({
    id: z.int().min(0),
    name: z.string().min(1),
    digits: z.int().min(0).max(5),
    pipPosition: z.int().min(-5).max(10),
    lotSize: positive(),
    minVolume: positive(),
    maxVolume: positive(),
    volumeStep: positive(),
    base: currency(),
    quote: currency(),
    costs: Costs(),
    hours: Hours(),
    tradingMode: z
      .enum(['enabled', 'disabled', 'disabled-with-pending-execution', 'close-only'])
      .exactOptional(),
    leverageId: z.int().exactOptional(),
    shortSelling: z.boolean().exactOptional(),
    guaranteedStops: z.boolean().exactOptional(),
    maxExposure: positive().exactOptional(),
  })

type Volumes = Pick<z.output<ReturnType<typeof InstrumentShape>>, 'minVolume' | 'maxVolume'>
const areVolumes = ({ minVolume, maxVolume }: Volumes): boolean => minVolume <= maxVolume
const VOLUMES = { path: ['minVolume'], message: 'must not be above maxVolume' }
const hasTiersId = (tiers: unknown, leverageId: number | undefined): boolean =>
  tiers === undefined || leverageId !== undefined
const TIERS_ID = 'must be stated with leverageTiers: the id of the broker, or any whole number of your own'

const toInstrument = (value: object) => value as Instrument

/** The fields of an {@link Instrument} as JSON, with its leverage tiers beside them: what one writes by hand. */
export const plainRecordSchema = once(() =>
  InstrumentShape()
    .extend({ leverageTiers: LeverageTiers().exactOptional() })
    .refine(areVolumes, VOLUMES)
    .refine(({ leverageTiers, leverageId }) => hasTiersId(leverageTiers, leverageId), {
      path: ['leverageId'],
      message: TIERS_ID,
    })
    .transform(({ leverageTiers, ...instrument }) => ({
      instrument: toInstrument(instrument),
      ...(leverageTiers !== undefined && { leverageTiers }),
    })),
)

/** The file of a record. */
export const recordSchema = once(() =>
  z
    .strictObject({
      schema: z.literal('claw.instrument/1'),
      source: z.string().min(1),
      recordedAt: z.iso.datetime(),
      instrument: InstrumentShape().refine(areVolumes, VOLUMES).transform(toInstrument),
      // Absent in the records of before there were any.
      leverageTiers: LeverageTiers().exactOptional(),
    })
    .refine(({ leverageTiers, instrument }) => hasTiersId(leverageTiers, instrument.leverageId), {
      path: ['instrument', 'leverageId'],
      message: TIERS_ID,
    }),
)

function once<Schema>(make: () => Schema): () => Schema {
  let made: Schema | undefined
  return () => {
    made ??= make()
    return made
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
