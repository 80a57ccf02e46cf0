import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import { required } from '../decode/presence.ts'
import { decodeAssets, decodeSymbol } from '../decode/symbol.ts'
import { invalid } from '../encode/invalid.ts'
import type { CallOptions } from '../options.ts'
import type { ProtoOALightSymbol } from '../protocol/generated/messages.js'
import type { Requester } from '../session/requests.ts'

/** Symbols asked for in one request; 100 is known to work. */
const SYMBOLS_PER_REQUEST = 100

type LightSymbols = ReadonlyMap<number, ProtoOALightSymbol>

/**
 * The instruments of an account.
 *
 * Names and assets are loaded once, the full record of a symbol when it is first needed, and both again when the
 * server says that it has changed.
 */
export class InstrumentCatalogue {
  readonly #session: Requester
  readonly #accountId: number
  readonly #assets: ReadonlyMap<number, string>
  #light: LightSymbols
  readonly #loaded = new Map<number, Instrument>()

  private constructor(
    session: Requester,
    accountId: number,
    assets: ReadonlyMap<number, string>,
    light: LightSymbols,
  ) {
    this.#session = session
    this.#accountId = accountId
    this.#assets = assets
    this.#light = light
  }

  /** Loads the names and the assets. */
  static async load(
    session: Requester,
    accountId: number,
    options: CallOptions,
  ): Promise<InstrumentCatalogue> {
    const [assets, light] = await Promise.all([
      session.query('assetList', { ctidTraderAccountId: accountId }, options),
      loadLight(session, accountId, options),
    ])
    return new InstrumentCatalogue(session, accountId, decodeAssets(assets.asset ?? []), light)
  }

  /** The short records of every symbol, enabled or not. */
  get light(): LightSymbols {
    return this.#light
  }

  /** Name of an asset by its id. */
  assetName(assetId: number): string | undefined {
    return this.#assets.get(assetId)
  }

  /** Id of an asset by its name. @throws {@link CTraderError} `invalid-argument` */
  assetId(name: string): number {
    for (const [id, known] of this.#assets) if (known === name) return id
    const examples = [...this.#assets.values()].slice(0, 3).join(', ')
    throw invalid('currency', `"${name}"`, `the name of an asset of this account, such as ${examples}`)
  }

  /** An instrument whose full record is loaded. */
  get(id: SymbolId): Instrument | undefined {
    return this.#loaded.get(id)
  }

  /** Loads full records; those already loaded cost nothing. @throws {@link CTraderError} `invalid-argument` for an unknown id */
  async ensure(
    ids: Iterable<SymbolId>,
    options: CallOptions = {},
    on: Requester = this.#session,
  ): Promise<readonly Instrument[]> {
    const wanted = [...new Set(ids)]
    await this.#loadFull(
      wanted.filter(id => !this.#loaded.has(id)),
      on,
      options,
    )
    return wanted.map(id => {
      const instrument = this.#loaded.get(id)
      if (instrument === undefined)
        throw invalid('symbolId', id, 'the id of a symbol of this account: instruments()')
      return instrument
    })
  }

  /** Loads names and the full records of changed symbols anew. @returns those that were in use before */
  async refresh(ids: readonly SymbolId[]): Promise<readonly Instrument[]> {
    this.#light = await loadLight(this.#session, this.#accountId, {})
    const used = ids.filter(id => this.#loaded.has(id))
    await this.#loadFull(used, this.#session, {})
    return used.flatMap(id => this.#loaded.get(id) ?? [])
  }

  /** The instrument of a name. @throws {@link CTraderError} `invalid-argument` for an unknown name */
  async byName(name: string, options: CallOptions = {}): Promise<Instrument> {
    for (const [id, light] of this.#light) {
      if (light.symbolName !== name || light.enabled === false) continue
      const [instrument] = await this.ensure([id as SymbolId], options)
      if (instrument !== undefined) return instrument
    }
    throw invalid('name', `"${name}"`, `the name of a symbol of this account, such as ${this.#examples()}`)
  }

  /** Every enabled instrument. */
  all(options: CallOptions = {}): Promise<readonly Instrument[]> {
    const enabled = [...this.#light].filter(([, light]) => light.enabled !== false)
    return this.ensure(
      enabled.map(([id]) => id as SymbolId),
      options,
    )
  }

  async #loadFull(ids: readonly SymbolId[], on: Requester, options: CallOptions): Promise<void> {
    for (let i = 0; i < ids.length; i += SYMBOLS_PER_REQUEST) {
      const symbolId = ids.slice(i, i + SYMBOLS_PER_REQUEST)
      const answer = await on.query('symbolById', { ctidTraderAccountId: this.#accountId, symbolId }, options)
      for (const full of answer.symbol ?? []) {
        // One that is not listed any more has a past nevertheless.
        const light = this.#light.get(full.symbolId) ?? {
          symbolId: full.symbolId,
          symbolName: `#${full.symbolId}`,
        }
        this.#loaded.set(full.symbolId, decodeSymbol(light, full, this.#assets))
      }
    }
  }

  #examples(): string {
    return [...this.#light.values()]
      .slice(0, 3)
      .map(light => light.symbolName ?? '')
      .join(', ')
  }
}

async function loadLight(on: Requester, accountId: number, options: CallOptions): Promise<LightSymbols> {
  const { symbol = [] } = await on.query('symbolsList', { ctidTraderAccountId: accountId }, options)
  return new Map(symbol.map(light => [required(light.symbolId, 'symbol.symbolId'), light]))
}
