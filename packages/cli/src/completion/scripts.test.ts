import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runClaw } from '../../test/run-claw.ts'

const script = async (shell: string) => {
  const { code, out } = await runClaw(`completion ${shell}`, tmpdir())
  expect(code).toBe(0)
  return out
}

describe('claw completion', () => {
  it.skipIf(!existsSync('/bin/bash'))('completes commands and options in bash', async () => {
    const text = await script('bash')
    const complete = (...words: string[]) => {
      const list = words.map(word => `'${word}'`).join(' ')
      const line = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _claw; echo "\${COMPREPLY[@]}"`
      return execFileSync('/bin/bash', ['-c', `${text}\n${line}`], { encoding: 'utf8' })
        .trim()
        .split(' ')
    }
    expect(complete('claw', 'back')).toEqual(['backtest'])
    expect(complete('claw', 'data', '')).toEqual(expect.arrayContaining(['get', 'import', 'verify']))
    expect(complete('claw', 'data', 'get', '--synth')).toEqual(['--synthetic'])
    expect(complete('claw', 'backtest', 'data', '--out-of')).toEqual(['--out-of-sample'])
    expect(complete('claw', 'report', 'list', '--dry')).toEqual(['--dry-run'])
    expect(complete('claw', '--ver')).toEqual(['--version', '--verbose'])
    expect(
      complete('claw', 'backtest', '--config', '/etc/host').every(file => file.startsWith('/etc/host')),
    ).toBe(true)
    expect(complete('claw', '--cwd', '/us')).toEqual(['/usr'])
    // A strategy of the name of a command is none, nor is a folder.
    expect(complete('claw', 'sweep', 'check', '--ax')).toEqual(['--axis'])
    expect(complete('claw', '--cwd', 'data', 'back')).toEqual(['backtest'])
  })

  it('knows zsh and fish, and says which shells there are', async () => {
    expect(await script('zsh')).toContain('bashcompinit')
    const fish = await script('fish')
    expect(fish).toContain("complete -c claw -n '__fish_use_subcommand' -f -a backtest -d '")
    expect(fish).toMatch(/-n '__fish_seen_subcommand_from data; and __fish_seen_subcommand_from get' -l tick/)
    expect(fish).toContain("complete -c claw -l config -r -F -d '")
    const refused = await runClaw('completion tcsh', tmpdir())
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('bash, zsh, fish') })
  })
})
