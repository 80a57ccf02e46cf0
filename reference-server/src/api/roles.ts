/** Who may call a route. Declared here; enforced when sign-in comes: until then the server listens on loopback only. */
export type Role = 'open' | 'viewer' | 'operator' | 'owner' | 'bot'

/** Every route of the API with the roles that may call it; a route without a row fails a test. */
export const ROLES: Readonly<Record<string, readonly Role[]>> = {
  'GET /livez': ['open'],
  'GET /readyz': ['viewer'],
  'GET /openapi.json': ['viewer'],
  'GET /params/{botId}': ['bot', 'viewer'],
  'PUT /params/{botId}': ['operator'],
  'GET /control/{botId}': ['bot', 'viewer'],
  'PUT /control/{botId}': ['operator'],
  'GET /repairs/{botId}': ['bot', 'viewer'],
  'POST /repairs/{botId}': ['operator'],
  'POST /repairs/{botId}/{repairId}/withdraw': ['operator'],
  'POST /repairs/{botId}/{repairId}/result': ['bot'],
  'POST /session/start': ['bot'],
  'POST /session/end': ['bot'],
  'POST /heartbeat': ['bot'],
  'POST /trade': ['bot'],
  'POST /positions': ['bot'],
  'GET /positions': ['viewer'],
  'POST /bars': ['bot'],
  'GET /trades': ['viewer'],
  'GET /dashboard/data': ['viewer'],
  'GET /bots/{botId}/{accountType}': ['viewer'],
  'GET /events': ['viewer'],
  'GET /hub/state': ['viewer'],
}
