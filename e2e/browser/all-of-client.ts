// Everything that the client exports, as an app for browsers could import it.
import * as client from '@openclaw-trading/ctrader-client'

export const names = Object.keys(client)
