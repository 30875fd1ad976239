import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkAll,
  fail,
  inconclusive,
  law,
  lawsOf,
  pass,
  register,
  showFailure,
  type LawSet,
  type Verdict
} from '../../laws/index.js'

const about = (name: string, judge: (x: number) => Verdict) =>
  law({
    name,
    statement: { left: 'f(x)', right: 'g(x)' },
    arbitrary: fc.integer({ min: 0, max: 1000 }),
    judge
  })

const holds = about('holds', () => pass)
const breaks = about('breaks', (x) =>
  x < 10 ? pass : fail('too large', { of: 'x', index: [], actual: x, expected: 9, bar: 0.5 })
)
const unsure = about('unsure', () => inconclusive('cannot tell'))
const throws = about('throws', () => (JSON.parse('{') === undefined ? pass : pass))

const parent: LawSet = { name: 'parent', parents: [], laws: [holds] }
const child: LawSet = { name: 'child', parents: [parent, parent], laws: [breaks] }

describe('a law', () => {
  it('answers with the number of samples', () => {
    expect(holds.check({ numRuns: 17 })).toEqual(
      E.right({ _tag: 'LawPass', law: 'holds', runs: 17, kinks: 0, inconclusive: 0 })
    )
  })

  it('answers with the smallest counterexample, both sides, seed and path', () => {
    const result = breaks.check({ seed: 3 })
    const failure = E.isLeft(result) ? result.left : undefined
    expect(failure).toMatchObject({
      law: 'breaks',
      statement: { left: 'f(x)', right: 'g(x)' },
      counterexample: '10',
      seed: 3,
      fault: { message: 'too large' }
    })
    expect(failure === undefined ? '' : showFailure(failure)).toBe(
      `breaks: f(x) = g(x) fails: too large: x: 10, expected 9 ± 5.0e-1 (ratio 1.111)\n  sample 10\n  replay { seed: 3, path: '${failure?.path ?? ''}' }`
    )
    expect(breaks.check({ seed: 3, path: failure?.path ?? '' })).toEqual(result)
  })

  it('counts what it could not judge, and does not fail for it', () => {
    expect(unsure.check({ numRuns: 5 })).toEqual(
      E.right({
        _tag: 'LawPass',
        law: 'unsure',
        runs: 5,
        kinks: 0,
        inconclusive: 5,
        reasons: [{ reason: 'cannot tell', samples: 5 }]
      })
    )
  })

  it('takes an exception of the function under test for a fault', () => {
    const result = throws.check()
    expect(E.isLeft(result) ? result.left.fault.message : '').toMatch(/^throws SyntaxError/)
  })
})

describe('a set of laws', () => {
  it('inherits the laws of its parents, each once, before its own', () => {
    expect(lawsOf(child).map(({ name }) => name)).toEqual(['holds', 'breaks'])
    expect(checkAll({ numRuns: 50 })(child).map(E.isRight)).toEqual([true, false])
  })

  it('registers with any test function, whose bodies fail as the laws do', () => {
    const outcomes: Array<string> = []
    register(
      { name: 'all', parents: [child], laws: [unsure] },
      { numRuns: 50, seed: 1 }
    )((name, body) => {
      const outcome = E.tryCatch(body, String)
      outcomes.push(`${name}: ${E.isLeft(outcome) ? outcome.left : 'passes'}`)
    })
    expect(outcomes).toEqual([
      'holds: passes',
      expect.stringMatching(/^breaks: Error: breaks: f\(x\) = g\(x\) fails: too large/),
      expect.stringMatching(
        /^unsure: Error: unsure: none of 50 samples could be judged\n {2}50 of them: cannot tell/
      )
    ])
  })
})
