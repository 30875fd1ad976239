import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import { afterAll, describe, expect, it } from 'vitest'
import { readModel } from '../../../examples/01-fruit/model/checkpoint.js'

/** The command as users run it: in a process of its own. */

const folder = mkdtempSync(join(tmpdir(), 'fruit-main-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const root = resolve(import.meta.dirname, '../../..')
const at = (name: string): string => join(folder, name)

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

/** Starts a script; `meet` may do things to the process. */
const script = (
  args: ReadonlyArray<string>,
  meet: (child: ChildProcess) => void = () => undefined
): Promise<Ended> =>
  new Promise((settle) => {
    // a group of its own, which receives signals as a whole, as from a terminal
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root, detached: true })
    const [out, err]: [Array<string>, Array<string>] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()))
    child.on('close', (code, signal) => {
      settle({ code, signal, out: out.join(''), err: err.join('') })
    })
    meet(child)
  })

const fruit = (args: ReadonlyArray<string>, meet?: (child: ChildProcess) => void): Promise<Ended> =>
  script(['examples/01-fruit/main.ts', ...args], meet)

const Report = t.strict({
  testAccuracy: t.number,
  trainLoss: t.array(t.number),
  seconds: t.number,
  confusion: t.array(t.array(t.number)),
  checkpoint: t.string
})

const features = ['--weight', '160', '--colour', 'red', '--texture', 'smooth', '--size', 'medium']

describe('npm start -- --json', () => {
  it('prints one line, the same twice but for the seconds, and learns', { timeout: 120_000 }, async () => {
    const path = at('json.json')
    const [first, second] = [
      await fruit(['--json', '--checkpoint', path]),
      await fruit(['--json', '--checkpoint', path])
    ]
    expect([first.code, first.err, second.code, second.err]).toEqual([0, '', 0, ''])
    expect(first.out).toMatch(/^\{[^\n]*\}\n$/)
    expect(Object.keys(JSON.parse(first.out) as object)).toEqual([
      'testAccuracy',
      'trainLoss',
      'seconds',
      'confusion',
      'checkpoint'
    ])
    const [a, b] = [Report.decode(JSON.parse(first.out)), Report.decode(JSON.parse(second.out))]
    if (E.isLeft(a) || E.isLeft(b)) return expect.unreachable('the report has another shape')
    expect({ ...b.right, seconds: 0 }).toEqual({ ...a.right, seconds: 0 })
    expect(a.right.testAccuracy).toBeGreaterThanOrEqual(0.95)
    expect(a.right.seconds).toBeLessThan(20)
    expect(a.right.trainLoss).toHaveLength(40)
    expect(a.right.checkpoint).toBe(path)
    expect(E.isRight(readModel(readFileSync(path, 'utf8')))).toBe(true)
    const said = await fruit(['predict', ...features, '--checkpoint', path])
    expect([said.code, said.err]).toEqual([0, ''])
    expect(said.out.split('\n')[0]).toBe('160 g, red, smooth, medium: apple')
  })
})

describe('the process', () => {
  it('ends with 1 and one line for each bad value, and writes nothing', async () => {
    writeFileSync(at('bad.csv'), 'weight,colour,texture,size,label\n-3,blue,rough,small,apple\n')
    const before = readdirSync(folder)
    const ended = await fruit(['--data', at('bad.csv'), '--checkpoint', at('none.json')])
    expect(ended).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: [
        'line 2, weight: expected a positive number up to 1e6, got "-3"',
        'line 2, colour: expected one of red, yellow, orange, green, got "blue"',
        ''
      ].join('\n')
    })
    expect(readdirSync(folder)).toEqual(before)
  })

  it('ends quietly when its reader does, as head -1', async () => {
    const { code, err } = await fruit(['--checkpoint', at('pipe.json')], ({ stdout }) => {
      stdout?.once('data', () => stdout.destroy())
    })
    expect([code, err]).toEqual([0, ''])
  })

  it('is interrupted by Ctrl-C without a trace, leaving no half of a file', async () => {
    const { code, err } = await fruit(['--epochs', '100000', '--checkpoint', at('half.json')], (child) => {
      child.stdout?.once('data', () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT'))
    })
    expect([code, err]).toEqual([130, '\ninterrupted\n'])
    expect(readdirSync(folder).filter((name) => name.includes('half') || name.startsWith('.'))).toEqual([])
  })

  it('shows a defect as one line', async () => {
    const broken = at('broken.ts')
    const imported = JSON.stringify(join(root, 'examples/01-fruit/cli/process.ts'))
    writeFileSync(
      broken,
      `import { runProcess } from ${imported}
      const fail = () => { throw new Error('no memory\\nat line 3') }
      void runProcess(process, { train: fail, load: fail, neuronProgram: fail })`
    )
    const { code, err } = await script([broken])
    expect([code, err]).toEqual([1, 'unexpected error: no memory\n'])
  })
})
