// Everything that the protocol part exports, as an app for browsers could import it.
import * as protocol from '@openclaw-trading/ctrader-client/protocol'

export const names = Object.keys(protocol)
