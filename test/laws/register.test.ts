/** The adapters, with real test frameworks where these are installed: a file of theirs, run by them, and what they report. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type * as NodeTest from 'node:test'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, expectTypeOf, it, test } from 'vitest'
import {
  arbitrary,
  checkAll,
  fail,
  gradientLaw,
  law,
  pass,
  register,
  showReport,
  type Law,
  type LawSet
} from '../../laws/index.js'
import { mul, sum, type Expr } from '../../src/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'adjoint-runner-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const about = (name: string, limit: number) =>
  law({
    name,
    statement: { left: 'f(x)', right: 'g(x)' },
    arbitrary: fc.integer({ min: 0, max: 1000 }),
    judge: (x) => (x < limit ? pass : fail('too large'))
  })

const parent: LawSet = { name: 'parent', parents: [], laws: [about('first', 2000)] }
const child: LawSet = { name: 'child', parents: [parent], laws: [about('second', 2000), ...parent.laws] }

describe('the laws of a set in groups', () => {
  register(child)({ describe, test })
})

describe('the laws of a set one after another, with a limit of time', () => {
  register(child, { numRuns: 5, timeout: 30_000 })(it)
})

/** A module of tests with a law that holds and one that does not. */
const module = (imports: string, use: string): string => `
${imports}
const { fail, law, pass, register } = await import(${JSON.stringify(join(root, 'laws/index.ts'))})
const fc = await import(${JSON.stringify(join(root, 'node_modules/fast-check/lib/fast-check.js'))})
const about = (name, limit) => law({
  name,
  statement: { left: 'f(x)', right: 'g(x)' },
  arbitrary: fc.integer({ min: 0, max: 1000 }),
  judge: (x) => (x < limit ? pass : fail('too large'))
})
const set = { name: 'numbers', parents: [], laws: [about('small', 2000), about('tiny', 10)] }
${use}
`

const run = (file: string, code: string, ...command: ReadonlyArray<string>): string => {
  writeFileSync(join(directory, file), code)
  const { NODE_OPTIONS: _, VITEST: __, NODE_TEST_CONTEXT: ___, ...env } = process.env
  const [name = '', ...args] = command
  const { stdout, stderr, status } = spawnSync(name, [...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1', CI: 'true' }
  })
  return `${stdout}${stderr}exit ${String(status)}`
}

const line = /tiny: f\(x\) = g\(x\) fails: too large\s+sample 10\s+replay \{ seed: 1, path: '[\d:]+' \}/

describe('failures are reported in lines', () => {
  it('by node:test: as tests, as a group, and awaited inside a test', () => {
    const use = (name: string, body: string): string =>
      run(
        name,
        module("import { describe, test } from 'node:test'", body),
        process.execPath,
        '--import',
        'tsx',
        '--test',
        '--test-reporter',
        'tap',
        join(directory, name)
      )
    const flat = use('flat.mjs', 'register(set, { seed: 1, timeout: 1000 })(test)')
    expect(flat).toMatch(line)
    expect(flat).toMatch(/^ok 1 - small$/m)
    expect(flat).toMatch(/^not ok 2 - tiny$/m)
    const group = use('group.mjs', 'register(set, { seed: 1 })({ describe, test })')
    expect(group).toMatch(line)
    expect(group).toMatch(/^# Subtest: numbers$/m)
    expect(group).toMatch(/^ {4}not ok 2 - tiny$/m)
    const inside = use(
      'inside.mjs',
      "test('all', async (t) => { await Promise.all(register(set, { seed: 1 })(t.test.bind(t))) })"
    )
    expect(inside).toMatch(line)
    expect(inside).toMatch(/^ {4}ok 1 - small$/m)
  })

  it('by vitest', () => {
    const output = run(
      'group.test.mjs',
      module('', 'register(set, { seed: 1 })({ describe, test })'),
      process.execPath,
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--globals',
      '--root',
      directory
    )
    expect(output).toMatch(line)
    expect(output).toMatch(/FAIL +group\.test\.mjs > numbers > tiny/)
    expect(output).toMatch(/1 failed \| 1 passed/)
  })
})

/** The signatures that jest documents for its globals. */
type JestIt = (name: string | number, fn?: (() => void) | (() => Promise<unknown>), timeout?: number) => void
type JestDescribe = (name: string | number, fn: () => void) => void

describe('the arguments', () => {
  it('are those of jest', () => {
    const calls: Array<ReadonlyArray<unknown>> = []
    const jestIt: JestIt = (name, fn, ...rest) => {
      calls.push([name, typeof fn, ...rest])
    }
    const jestDescribe: JestDescribe = (name, fn) => {
      calls.push([name])
      fn()
    }
    register(child, { timeout: 7 })({ describe: jestDescribe, test: jestIt })
    register(parent)(jestIt)
    expect(calls).toEqual([
      ['parent'],
      ['first', 'function', 7],
      ['child'],
      ['second', 'function', 7],
      ['first', 'function']
    ])
  })

  it('fit the functions of node:test, whose promises come back', () => {
    const uses = (node: typeof NodeTest) => [
      register(child)(node.test),
      register(child)({ describe: node.describe, test: node.test })
    ]
    expectTypeOf<ReturnType<typeof uses>>().toExtend<ReadonlyArray<ReadonlyArray<Promise<void>>>>()
    expect(uses.length).toBe(1)
  })
})

describe('fast-check parameters', () => {
  const tiny = about('tiny', 10)

  it('verbose lists the samples that failed on the way, the smallest last', () => {
    const results = [tiny.check({ seed: 1, verbose: true }), tiny.check({ seed: 1 })]
    const [loud, quiet] = results.map((r) => (E.isLeft(r) ? r.left : undefined))
    expect(loud?.failing?.at(-1)).toBe('10')
    expect(loud?.failing?.every((s) => Number(s) >= 10)).toBe(true)
    expect(loud?.failing?.length).toBeGreaterThan(1)
    expect(quiet !== undefined && 'failing' in quiet).toBe(false)
    expect(showReport(results)).toContain(`failing samples: ${loud?.failing?.join(' | ') ?? ''}`)
  })

  it('endOnFailure stops at the first, and its seed and path lead back to it', () => {
    const first = tiny.check({ seed: 1, endOnFailure: true, verbose: true })
    const again = E.isLeft(first)
      ? tiny.check({ seed: first.left.seed, path: first.left.path, endOnFailure: true, verbose: true })
      : first
    expect(E.isLeft(first) ? first.left.failing?.length : 0).toBe(1)
    expect(again).toEqual(first)
  })
})

test('a report counts what holds, fails and cannot be decided', () => {
  const unsure = law({
    name: 'unsure',
    statement: { left: 'x', right: 'x' },
    arbitrary: fc.constant(0),
    judge: () => ({ _tag: 'Inconclusive', reason: 'cannot tell' })
  })
  const laws = [about('holds', 2000), about('breaks', 10), unsure]
  const report = showReport(checkAll({ numRuns: 100, seed: 1 })({ name: 'all', parents: [], laws }))
  expect(report.split('\n')).toEqual([
    'law     verdict    runs  inconclusive',
    'holds   holds       100             0',
    'breaks  FAILS',
    'unsure  undecided   100           100',
    'unsure: 100 inconclusive: cannot tell',
    'breaks: f(x) = g(x) fails: too large',
    '  sample 10',
    expect.stringMatching(/^ {2}replay/),
    '3 laws: 1 holds, 1 fails, 1 undecided'
  ])
})

/** A gradient law of the cube, from values of some size. */
const cubeFrom = (magnitude: 'tiny' | 'ordinary') =>
  gradientLaw({
    name: 'cube',
    f: (x: Expr<readonly [3], 'f64'>) => sum()(mul(x)(mul(x)(x))),
    arbitrary: arbitrary.tensor({ shape: [3], dtype: 'f64', magnitude }),
    numRuns: 3
  })

const failing = (set: LawSet, parameters = {}): ReadonlyArray<Error> => {
  const errors: Array<Error> = []
  register(set, { seed: 1, ...parameters })((_, body) => {
    const outcome = E.tryCatch(body, (e) => e as Error)
    if (E.isLeft(outcome)) errors.push(outcome.left)
  })
  return errors
}

const alone = (one: Law): LawSet => ({ name: 'alone', parents: [], laws: [one] })

describe('a law that could show nothing', () => {
  it('fails where it is registered, with the reason', () => {
    const [error] = failing(alone(cubeFrom('tiny')))
    expect(error?.message).toMatch(/cube: (none of 3 samples could be judged\n {2}\d of them: |power 0, )/)
    expect(failing(alone(cubeFrom('ordinary')))).toEqual([])
  })

  it('has the power that is asked for', () => {
    const [error] = failing(alone(cubeFrom('ordinary')), { leastPower: 1.5 })
    expect(error?.message).toMatch(/^cube: power 1, at least 1.5 is wanted/)
  })

  it('is not said to hold in a report, which has a column for power', () => {
    const report = showReport([cubeFrom('ordinary'), cubeFrom('tiny')].map((one) => one.check({ seed: 1 })))
    expect(report.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/ inconclusive {2}power$/),
      expect.stringMatching(/^cube +holds +3 +0 +1$/),
      expect.stringMatching(/^cube +undecided/)
    ])
  })
})

test('the stack of a failure begins where the law was registered', () => {
  const [error] = failing(alone(about('tiny', 10)))
  expect(error?.stack?.split('\n').find((frame) => frame.trim().startsWith('at'))).toContain(
    'register.test.ts'
  )
})
