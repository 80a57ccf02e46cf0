import { connectOurs, subscribe } from './connect-ours.ts'
import { decodeMeter } from './decode-meter.ts'

const onMessage = decodeMeter(Number(process.argv[2]))
const client = await connectOurs()
client.on('spot', spot => onMessage(spot.ask ?? 0))
await subscribe(client)
