import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { removeExamples, typeErrors, writeExamples } from '../docs/examples.js'
import { program, root } from '../docs/project.js'
import { reading } from '../../laws/law/culprit.js'
import {
  arbitrary,
  gradientLaw,
  lawsOf,
  primitiveLaws,
  reproduction,
  showFailure,
  type Culprit,
  type Law
} from '../../laws/index.js'
import * as A from '../../src/index.js'
import type { Expr } from '../../src/index.js'
import { dropped, planted, times } from './planted.js'

const ratioOf = (culprit: Culprit | 'held' | undefined): number =>
  culprit === undefined || culprit === 'held' || culprit.deviation === undefined
    ? NaN
    : culprit.deviation.analytic / culprit.deviation.numeric

describe('laws of the primitives', () => {
  it.each([
    ['Unary exp', 'exp', 0, times(2), 2],
    ['Binary div', 'div', 1, times(-1), -1],
    ['Contract', 'contract', 1, times(1.001), 1.001],
    ['Broadcast', 'broadcast', 0, dropped, 0]
  ] as const)('%s accuses %s, operand %i', (law, name, operand, change, ratio) => {
    const one = lawsOf(primitiveLaws(planted(name, operand, change))).find((l) => l.name === law)
    const result = one?.check({ seed: 1, numRuns: 50 })
    const culprit = result !== undefined && E.isLeft(result) ? result.left.culprit : 'held'
    expect(culprit).toMatchObject({ operation: name, deviation: { operand } })
    expect(ratioOf(culprit)).toBeCloseTo(ratio, 6)
  })
})

describe('reproduction', () => {
  it('is a module that shows the failure again, in one run', async () => {
    const runs: Array<unknown> = []
    const counted = gradientLaw({
      name: 'counted',
      f: (x: Expr<readonly [2], 'f64'>) => {
        runs.push(x)
        return A.sum()(A.square(x))
      },
      arbitrary: arbitrary.tensor({ shape: [2] }),
      rules: planted('square', 0, times(2))
    })
    const result = counted.check({ seed: 9 })
    const failure = E.isLeft(result) ? result.left : undefined
    const code = failure === undefined ? '' : reproduction(failure)
    const written = writeExamples(root, [{ name: 'reproduction', code }])
    const [file] = written.files
    expect(typeErrors(written, program).get('reproduction')).toEqual([])
    const { reproduce } = (await import(file?.file ?? '')) as { readonly reproduce: (one: Law) => string }
    removeExamples(written)
    const before = runs.length
    expect(reproduce(counted)).toBe(failure === undefined ? '' : showFailure(failure))
    // Judged, judged again for the report, and localised.
    expect(runs.length - before).toBe(3)
    expect(code).toContain('// culprit square (f64[2] -> f64[2]), operation 1 of 2, operand 0')
  })
})

describe('a ratio', () => {
  it.each([
    [2, 'a factor 2 too large'],
    [0.25, 'a factor 4 too small'],
    [-1, 'wrong sign'],
    [-0.5, 'wrong sign and a factor 2 too small'],
    [0, 'term missing'],
    [1.001, '0.100 % too large'],
    [0.95, '5.00 % too small'],
    [Infinity, 'should be zero'],
    [1.7, 'a factor 1.700 too large'],
    [NaN, 'not a number']
  ])('%d reads "%s"', (ratio, text) => {
    expect(reading(ratio)).toBe(text)
  })
})
