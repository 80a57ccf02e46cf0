import type { CTraderErrorCode } from '@openclaw-trading/ctrader-client'
import type { Explanation } from './explanation.ts'

type PlatformCode =
  | 'port-taken'
  | 'data-dir-unwritable'
  | 'data-dir-taken'
  | 'unknown-bot'
  | 'venue-failed'
  | 'bot-failed'
  | 'invalid-payload'
  | 'not-built'
  | 'not-found'
  | 'already-exists'
  | 'fenced'
  | 'schema-outdated'
  | 'database-unavailable'
  | 'embedded-database-failed'
  | 'queue-unavailable'
  | 'process-failed'
  | 'node-too-old'
  | 'install-failed'

/** Failures of the connection to the broker and of the server. */
export const PLATFORM_CODES: Readonly<Record<CTraderErrorCode | PlatformCode, Explanation>> = {
  'invalid-argument': {
    cause: 'A request was refused before it was sent: a field of it is outside its range.',
    fix: 'The message names the field.',
  },
  'connection-lost': {
    cause: 'The link to the broker could not be made, broke, or was closed.',
    fix: 'Reads may be asked again. Of an order look at the positions first: it may have been carried out.',
    example: 'ctrader positions',
  },
  'request-timeout': {
    cause: 'No answer came in time. Of an order nobody knows whether it was carried out.',
    fix: 'Never send the order again: look at positions and orders first.',
    example: 'ctrader positions',
  },
  'request-refused': { cause: 'The server refused a query.', fix: 'The message has its code and its words.' },
  'order-rejected': {
    cause: 'The server refused an order: market closed, too little margin, or volume or stop not allowed.',
    fix: 'The message has its code and its words. Nothing was opened.',
  },
  withdrawn: {
    cause: 'A command was taken back before it was sent.',
    fix: 'Nothing to do: it was not sent.',
  },
  'rate-limited': {
    cause: 'Too many requests: the server blocks this kind for a while, or our own queue is full.',
    fix: 'Wait for the time that is named. One process at a time should download history.',
  },
  'under-maintenance': {
    cause: 'The server is in maintenance, as usual at weekends.',
    fix: 'Try again later.',
  },
  'token-invalid': {
    cause:
      'The application or the token of the account was refused: expired, of another account, or replaced.',
    fix: 'Look at the tokens, and log in again.',
    example: 'claw auth status && claw auth login',
  },
  'state-unavailable': {
    cause: 'A file of tokens or of state cannot be read or written, or others can read it.',
    fix: 'Files with secrets have the mode 600.',
    example: 'chmod 600 .ctrader/tokens.json',
  },
  'state-damaged': {
    cause: 'A file of tokens or of state does not hold what it should.',
    fix: 'Move it away and log in again.',
    example: 'claw auth login',
  },
  'listen-failed': {
    cause: 'The port on which the answer to a login arrives is taken.',
    fix: 'End the other program, or name another port.',
  },
  'protocol-violation': {
    cause: 'A message broke the protocol, ours or theirs.',
    fix: 'Check CTRADER_ENVIRONMENT: something else may listen there. Else it is a bug; report it.',
  },
  'buffer-overflow': {
    cause: 'Events came faster than they were read.',
    fix: 'Handlers must not block; the machine may be too busy.',
  },
  'port-taken': {
    cause: 'Another program listens on the port.',
    fix: 'End it, or take another port.',
    example: 'claw up --port 8001',
  },
  'data-dir-unwritable': {
    cause: 'The folder of the data cannot be written.',
    fix: 'Name another one, or mend its owner and mode.',
    example: 'claw up --data-dir ~/claw',
  },
  'data-dir-taken': {
    cause: 'Another server runs on the folder of the data.',
    fix: 'End it first, or name another.',
  },
  'unknown-bot': {
    cause: 'There is no bot of that id.',
    fix: 'The bots are those of the registry, e.g. S03.',
  },
  'venue-failed': {
    cause: 'The simulated venue did not start, or keeps ending.',
    fix: 'DEBUG=claw:* tells why; a damaged folder .claw is a usual reason.',
  },
  'bot-failed': {
    cause: 'A bot ended with an error; the message is its own.',
    fix: 'Mend it, and start it again.',
  },
  'invalid-payload': {
    cause: 'A message does not fit its schema.',
    fix: 'Both sides must be of one version.',
  },
  'not-built': { cause: 'A built file is missing.', fix: 'Build the repository.', example: 'npm run build' },
  'not-found': { cause: 'What was asked for does not exist.', fix: 'Check the id.' },
  'already-exists': {
    cause: 'It exists and differs. Nothing was changed.',
    fix: 'Choose another name or folder.',
  },
  fenced: {
    cause: 'A newer owner of the bot exists, so this one stopped.',
    fix: 'Nothing to do: one owner at a time.',
  },
  'schema-outdated': {
    cause: 'The tables of the database are missing, or of another version.',
    fix: 'Migrate the database with the version that you run.',
  },
  'database-unavailable': {
    cause: 'The database cannot be reached.',
    fix: 'Check DATABASE_URL; without it a database of its own is used.',
  },
  'embedded-database-failed': {
    cause: 'The database that comes along could not be installed or started.',
    fix: 'Look at its log in .claw, or set DATABASE_URL to one of yours.',
  },
  'queue-unavailable': {
    cause: 'The queue cannot be reached. Work goes on, later than usual.',
    fix: 'Check REDIS_URL, or leave it out: the queue is then in PostgreSQL.',
  },
  'process-failed': { cause: 'A process of a bot could not be started.', fix: 'DEBUG=claw:* tells why.' },
  'node-too-old': {
    cause: 'This version of Node is not supported.',
    fix: 'Install Node 24 LTS.',
    example: 'nvm install 24',
  },
  'install-failed': {
    cause: 'The packages of a new project could not be installed.',
    fix: 'Check the network, then install them yourself.',
    example: 'npm install',
  },
}
