import { expect, it } from 'vitest'
import * as simulator from './index.ts'

it('exports this and nothing else', () => {
  expect(Object.keys(simulator).sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_SPEED",
      "DEFAULT_START_AT",
      "FAULT_TABLE",
      "SimulatorError",
      "faultNames",
      "isSimulatorError",
      "plantedFaultsOf",
      "startSimulator",
    ]
  `)
})
