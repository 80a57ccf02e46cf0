import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import { decodeAssets, decodeSymbol } from './decode/symbol.ts'
import { required } from './decode/presence.ts'
import { invalid } from './encode/invalid.ts'
import type { CallOptions } from './options.ts'
import type { ProtoOALightSymbol } from './protocol/generated/messages.js'
import type { Requester } from './session/requests.ts'

/** Symbols asked for in one request; 100 is known to work. */
const SYMBOLS_PER_REQUEST = 100

/**
 * The instruments of an account.
 *
 * Names and assets are loaded once; the full record of a symbol when it is first needed. Changes of a symbol during a
 * session are not followed yet: connect again after a `symbols-changed` event.
 */
export class InstrumentCatalogue {
  readonly #session: Requester
  readonly #accountId: number
  readonly #assets: ReadonlyMap<number, string>
  readonly #light: ReadonlyMap<number, ProtoOALightSymbol>
  readonly #loaded = new Map<number, Instrument>()

  private constructor(
    session: Requester,
    accountId: number,
    assets: ReadonlyMap<number, string>,
    light: ReadonlyMap<number, ProtoOALightSymbol>,
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
    const params = { ctidTraderAccountId: accountId }
    const [assets, symbols] = await Promise.all([
      session.query('assetList', params, options),
      session.query('symbolsList', params, options),
    ])
    const light = new Map(
      (symbols.symbol ?? []).map(symbol => [required(symbol.symbolId, 'symbol.symbolId'), symbol]),
    )
    return new InstrumentCatalogue(session, accountId, decodeAssets(assets.asset ?? []), light)
  }

  /** Name of an asset by its id. */
  assetName(assetId: number): string | undefined {
    return this.#assets.get(assetId)
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
    const missing = wanted.filter(id => !this.#loaded.has(id))
    for (let i = 0; i < missing.length; i += SYMBOLS_PER_REQUEST) {
      const symbolId = missing.slice(i, i + SYMBOLS_PER_REQUEST)
      const answer = await on.query('symbolById', { ctidTraderAccountId: this.#accountId, symbolId }, options)
      for (const full of answer.symbol ?? []) {
        const light = this.#light.get(full.symbolId)
        if (light !== undefined) this.#loaded.set(full.symbolId, decodeSymbol(light, full, this.#assets))
      }
    }
    return wanted.map(id => {
      const instrument = this.#loaded.get(id)
      if (instrument === undefined)
        throw invalid('symbolId', id, 'the id of a symbol of this account: instruments()')
      return instrument
    })
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

  #examples(): string {
    return [...this.#light.values()]
      .slice(0, 3)
      .map(light => light.symbolName ?? '')
      .join(', ')
  }
}
