import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { currentBootId, isSameProcess, parseProcStat, parsePsLine, probeProcess } from './process-probe.ts'

const rest = 'S 1 2 3 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 998877 1000 200'

describe('parseProcStat', () => {
  it('reads state and start of a process', () => {
    expect(parseProcStat(`42 (node) ${rest}`)).toEqual({ startMark: '998877', zombie: false })
  })

  it('is not misled by a name with spaces and parentheses', () => {
    expect(parseProcStat(`42 (a) Z (b c) ${rest}`)).toEqual({ startMark: '998877', zombie: false })
  })

  it.each(['Z', 'X'])('takes state %s for ended', state => {
    expect(parseProcStat(`42 (node) ${rest.replace('S', state)}`)?.zombie).toBe(true)
  })

  it('gives nothing for a text that was cut', () => {
    expect(parseProcStat('42 (node) S 1 2')).toBeNull()
  })
})

describe('parsePsLine', () => {
  it('reads state, start and command', () => {
    expect(parsePsLine('Ss   Wed Nov 25 13:53:49 2026 node --x main.js')).toEqual({
      startMark: 'Wed Nov 25 13:53:49 2026',
      zombie: false,
      commandLine: 'node --x main.js',
    })
  })

  it('sees a zombie, and a day with one digit', () => {
    expect(parsePsLine('Z+   Wed Nov  5 03:53:49 2026 <defunct>')).toMatchObject({
      startMark: 'Wed Nov 5 03:53:49 2026',
      zombie: true,
    })
  })

  it('gives nothing for no process', () => {
    expect(parsePsLine('')).toBeNull()
  })
})

describe('probeProcess', () => {
  it('finds this process with a start that does not change', async () => {
    const probe = (await probeProcess(process.pid))!
    expect(probe.zombie).toBe(false)
    expect(await probeProcess(process.pid)).toEqual(probe)
    expect(await isSameProcess(process.pid, probe.startMark)).toBe(true)
    expect(await isSameProcess(process.pid, `${probe.startMark}0`)).toBe(false)
  })

  it('finds nothing once a process is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
    await once(child, 'spawn')
    const probe = (await probeProcess(child.pid!))!
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await isSameProcess(child.pid!, probe.startMark)).toBe(false)
  })

  it.each([0, -1, 1.5, Number.NaN])('finds nothing for %s, which is no pid', async pid => {
    expect(await probeProcess(pid)).toBeNull()
  })

  it('names the boot the same way each time', async () => {
    expect(await currentBootId()).toBe(await currentBootId())
    expect((await currentBootId()).length).toBeGreaterThan(0)
  })
})
