import { type ChildProcess, spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel, readSnapshot } from '../../../examples/01-fruit/model/checkpoint.js'

/** The command as users run it: in a process of its own. */

const root = resolve(import.meta.dirname, '../../..')
const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })

const folder = mkdtempSync(join(tmpdir(), 'fruit-main-'))
const bundle = mkdtempSync(join(cache, 'fruit-bundle-'))
afterAll(() => {
  for (const path of [folder, bundle]) rmSync(path, { recursive: true })
})

/** Bundled, the command starts in a seventh of the time. The data lie beside the code that reads them. */
beforeAll(async () => {
  const at = (name: string): string => join(root, 'examples/01-fruit', name)
  await build({
    entryPoints: ['main.ts', 'data/generate.ts', 'cli/process.ts'].map(at),
    outbase: at('.'),
    outdir: bundle,
    tsconfig: join(root, 'tsconfig.json'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external'
  })
  copyFileSync(at('data/fruits.csv'), join(bundle, 'fruits.csv'))
})

const at = (name: string): string => join(folder, name)

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

/** `SOAK=100 npx vitest run test/examples/fruit/main.test.ts` kills more often. */
const kills = Number(process.env['SOAK'] ?? 1)

/** Starts a program; `meet` may do things to the process. */
const spawned = (
  program: string,
  args: ReadonlyArray<string>,
  meet: (child: ChildProcess) => void = () => undefined
): Promise<Ended> =>
  new Promise((settle) => {
    // a group of its own, which receives signals as a whole, as from a terminal
    const child = spawn(program, args, { cwd: root, detached: true })
    const [out, err]: [Array<string>, Array<string>] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()))
    child.on('close', (code, signal) => {
      settle({ code, signal, out: out.join(''), err: err.join('') })
    })
    meet(child)
  })

const fruit = (args: ReadonlyArray<string>, meet?: (child: ChildProcess) => void): Promise<Ended> =>
  spawned(process.execPath, [join(bundle, 'main.mjs'), ...args], meet)

/** The command as the package runs it, without what npm prints. */
const npmStart = (args: ReadonlyArray<string>): Promise<Ended> =>
  spawned('npm', ['--silent', 'start', '--', ...args])

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
      await npmStart(['--json', '--checkpoint', path]),
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
        'line 2, weight: expected a positive number, got "-3"',
        'line 2, colour: expected one of red, yellow, orange, green, got "blue"',
        ''
      ].join('\n')
    })
    expect(readdirSync(folder)).toEqual(before)
  })

  it('is not successful when its reader leaves, as head -1: what was learned is saved', async () => {
    const path = at('pipe.json')
    const { code, err } = await fruit(['--epochs', '1000', '--checkpoint', path], ({ stdout }) => {
      stdout?.once('data', () => stdout.destroy())
    })
    expect(code).toBe(141)
    expect(err).toMatch(
      /^the reader of the output has gone: after \d+ of 1000 epochs; saved, to go on: .*\n$/
    )
    expect(E.isRight(readSnapshot(readFileSync(path, 'utf8')))).toBe(true)
  })

  it('says so when its output cannot be written, as on a full disk', async () => {
    const path = at('full.json')
    const shell = `exec "$0" "$2" --epochs 3 --checkpoint "$1" > /dev/full`
    const { code, err } = await spawned('sh', ['-c', shell, process.execPath, path, join(bundle, 'main.mjs')])
    expect(code).toBe(4)
    expect(err).toContain('the output could not be written: ')
    expect(E.isRight(readSnapshot(readFileSync(path, 'utf8')))).toBe(true)
  })

  it('saves when it is interrupted and goes on with --resume to the bit', async () => {
    const [whole, parts] = [at('whole.json'), at('parts.json')]
    const epochs = ['--epochs', '300', '--json', '--checkpoint']
    await fruit([...epochs, whole])
    let from = ['--epochs', '300']
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const ended = await fruit([...from, '--checkpoint', parts], (child) => {
        child.stdout?.once('data', () => child.pid !== undefined && process.kill(-child.pid, signal))
      })
      expect(ended.code).toBe(signal === 'SIGINT' ? 130 : 143)
      expect(ended.err).toMatch(/^\S[^\n]*: after \d+ of 300 epochs; saved, to go on: [^\n]*\n$/)
      from = ['--resume', parts]
    }
    const resumed = await fruit([...from, '--json'])
    expect([resumed.code, resumed.err]).toEqual([0, ''])
    expect(readFileSync(parts, 'utf8')).toBe(readFileSync(whole, 'utf8'))
  })

  it(
    `leaves a whole checkpoint and no more when it is killed, ${kills} times`,
    { timeout: 60_000 * kills },
    async () => {
      const [path, folderOf] = [at('killed/c.json'), at('killed')]
      mkdirSync(folderOf)
      await fruit(['--epochs', '1', '--checkpoint', path])
      for (let i = 0; i < kills; i++) {
        const { signal } = await fruit(['--epochs', '100000', '--checkpoint', path], (child) => {
          child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 300))
        })
        expect(signal).toBe('SIGKILL')
        expect(E.isRight(readSnapshot(readFileSync(path, 'utf8')))).toBe(true)
      }
      await fruit(['--epochs', '1', '--checkpoint', path])
      expect(readdirSync(folderOf)).toEqual(['c.json'])
    }
  )

  it('shows a defect as one line', async () => {
    const broken = at('broken.mjs')
    const imported = JSON.stringify(join(bundle, 'cli/process.mjs'))
    writeFileSync(
      broken,
      `import { runProcess } from ${imported}
      const fail = () => { throw new Error('no memory\\nat line 3') }
      void runProcess(process, { train: fail, resume: fail, load: fail, checkpointSize: fail, neuronProgram: fail })`
    )
    const { code, err } = await spawned(process.execPath, [broken])
    expect([code, err]).toEqual([70, 'unexpected error: no memory\n'])
  })
})
