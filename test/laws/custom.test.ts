import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  arbitrary,
  checkAll,
  customLaws,
  lawsOf,
  register,
  showFailure,
  type LawFailure
} from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import * as A from '../../src/index.js'
import type { CustomRule, Expr, LinearMap, Tensor } from '../../src/index.js'
import { elements } from '../../src/tensor/Tensor.js'

const numbers = (t: Tensor | undefined): ReadonlyArray<number> =>
  t === undefined ? [] : A.toFlat(t).map(Number)

const empty = fromValues([0], 'f64', [])

/** The product of two vectors and the sum of squares of the first. */
const rule: CustomRule = {
  name: 'productAndNorm',
  results: ([a, b]) =>
    a === undefined || b === undefined
      ? E.left('takes two operands')
      : E.right([a, { shape: [], dtype: a.dtype }]),
  reference: ([a, b]) => {
    const [xs, ys] = [numbers(a), numbers(b)]
    return [
      fromValues(
        a?.shape ?? [],
        a?.dtype ?? 'f64',
        xs.map((x, i) => x * (ys[i] ?? NaN))
      ),
      fromValues([], a?.dtype ?? 'f64', [xs.reduce((acc, x) => acc + x * x, 0)])
    ]
  },
  derivative: ([a = empty, b = empty]) => [
    [A.scaling(b), A.scaling(a)],
    [inner(a), undefined]
  ]
}

/** `t |-> 2 <a, t>` */
const inner = (a: Expr): LinearMap => ({
  apply: (t) => A.sum()(times(2, times(a, t))),
  transpose: (v) => times(2, times(a, spread(v, a)))
})

const times = (a: Expr | number, b: Expr): Expr => A.mul(a as Expr)(b)
const spread = (v: Expr, like: Expr): Expr => A.broadcastTo(like.shape)(v)

const vectors = fc
  .integer({ min: 0, max: 3 })
  .chain((n) =>
    fc.tuple(arbitrary.tensor({ shape: [n], dtype: 'f32' }), arbitrary.tensor({ shape: [n], dtype: 'f32' }))
  )

/** The laws that fail, with their failures. */
const broken = (
  change: Partial<CustomRule>,
  samples: fc.Arbitrary<ReadonlyArray<Tensor>> = vectors
): ReadonlyArray<readonly [string, LawFailure]> => {
  const laws = customLaws({ rule: { ...rule, ...change }, arbitrary: samples, numRuns: 20 })
  const results = checkAll({ seed: 3 })(laws)
  return lawsOf(laws).flatMap(({ name }, i) => {
    const result = results[i]
    return result !== undefined && E.isLeft(result) ? [[name.split(': ')[1] ?? '', result.left] as const] : []
  })
}

const names = (found: ReturnType<typeof broken>): ReadonlyArray<string> => found.map(([name]) => name)

const derivative = (f: (a: Expr, b: Expr) => ReturnType<CustomRule['derivative']>): Partial<CustomRule> => ({
  derivative: ([a = empty, b = empty]) => f(a, b)
})

describe('the laws of a right primitive', () => {
  register(customLaws({ rule, arbitrary: vectors, numRuns: 20 }))(it)
})

describe('the laws of a wrong primitive', () => {
  it('find a declaration that is not what is computed', () => {
    const found = broken({
      results: ([a]) => E.right([a ?? { shape: [], dtype: 'f32' }, { shape: [1], dtype: 'f32' }])
    })
    expect(names(found)).toContain('results')
    expect(found.find(([name]) => name === 'results')?.[1].fault.message).toMatch(
      /^declares f32\[\d\], f32\[1\], computes f32\[\d\], f32\[\]$/
    )
  })

  it('find operands that are refused', () => {
    expect(names(broken({ results: () => E.left('never') }))).toContain('results')
  })

  it('find a meaning that varies, by the sign of a zero even', () => {
    const state = { sign: 1 }
    const found = broken({
      reference: (xs) => {
        state.sign = -state.sign
        const [, norm = empty] = rule.reference(xs)
        return [
          fromValues(
            xs[0]?.shape ?? [],
            'f32',
            numbers(xs[0]).map(() => 0 * state.sign)
          ),
          norm
        ]
      }
    })
    expect(found.find(([name]) => name === 'purity')?.[1].fault.message).toMatch(/^two runs differ/)
  })

  it('find changed operands', () => {
    const found = broken({
      reference: (xs) => {
        for (const x of xs) elements(x).fill(7)
        return rule.reference(xs)
      }
    })
    expect(found.find(([name]) => name === 'purity')?.[1].fault.message).toBe('changes its operands')
  })

  it('find a wrong derivative, and name the primitive, the operand and the ratio', () => {
    const found = broken(
      derivative((a, b) => [
        [A.scaling(b), A.scaling(times(2, a))],
        [inner(a), undefined]
      ])
    )
    expect(names(found)).toEqual(['derivative'])
    expect(found[0]?.[1].culprit).toMatchObject({ operation: 'productAndNorm', deviation: { operand: 1 } })
    expect(found[0] === undefined ? '' : showFailure(found[0][1])).toMatch(/a factor 2 too large/)
  })

  it('find a term that is missing', () => {
    const found = broken(
      derivative((a, b) => [
        [A.scaling(b), A.scaling(a)],
        [undefined, undefined]
      ])
    )
    expect(names(found)).toEqual(['derivative'])
    expect(found[0]?.[1].culprit).toMatchObject({ deviation: { operand: 0, analytic: 0 } })
  })

  it('find a transpose that is not adjoint', () => {
    const found = broken(
      derivative((a, b) => [
        [A.scaling(b), A.scaling(a)],
        [{ ...inner(a), transpose: (v) => spread(v, a) }, undefined]
      ])
    )
    expect(names(found)).toEqual(['adjointness', 'derivative'])
    expect(found[0]?.[1].fault).toMatchObject({
      message: 'not adjoint',
      mismatch: { of: 'result 1 by operand 0' }
    })
  })

  it('find a map that is not linear', () => {
    const found = broken(
      derivative((a, b) => [
        [
          { ...A.scaling(b), apply: (t) => times(b, A.abs(t as Expr<readonly number[], 'f64'>)) },
          A.scaling(a)
        ],
        [inner(a), undefined]
      ])
    )
    expect(names(found)).toContain('linearity')
    expect(found[0]?.[1].fault.message).toBe('not linear')
  })

  it('find a map into the wrong space', () => {
    const found = broken(
      derivative((a, b) => [
        [A.scaling(b), A.scaling(a)],
        [A.scaling(a), undefined]
      ])
    )
    expect(found[0]?.[1].fault.message).toMatch(/^result 1 by operand 0 answers with f64\[\d\], not f64\[\]$/)
  })

  it('find a derivative that is wrong in single precision only', () => {
    const found = broken(
      derivative((a, b) => [
        [A.scaling(a.dtype === 'f32' ? times(1.001, b) : b), A.scaling(a)],
        [inner(a), undefined]
      ])
    )
    expect(names(found)).toEqual(['derivative'])
    expect(found[0]?.[1].fault.message).toBe('wrong in the precision of the program')
  })

  it.each([50, 1e3, 1e6])('find tangents that are cut off at %d', (most) => {
    const clipped = (t: Expr): Expr => A.clip(-most, most)(t as Expr<readonly number[], 'f64'>)
    const found = broken(
      derivative((a, b) => [
        [{ ...A.scaling(b), apply: (t) => clipped(times(b, t)) }, A.scaling(a)],
        [inner(a), undefined]
      ])
    )
    expect(names(found)).toContain('linearity')
  })

  it('find a first run of each shape that is another than the next', () => {
    const met = new Set<string>()
    const found = broken({
      reference: (xs) => {
        const shape = JSON.stringify(xs.map((x) => [x.shape, x.dtype]))
        const [product = empty, norm = empty] = rule.reference(xs)
        const first = met.has(shape) ? norm : fromValues([], norm.dtype, [-1])
        met.add(shape)
        return [product, first]
      }
    })
    expect(names(found)).toContain('results')
  })

  it('find a meaning that depends on how often it ran, in a batch', () => {
    const state = { runs: 0 }
    const found = broken({
      reference: (xs) => {
        state.runs += 1
        const [product = empty] = rule.reference(xs)
        return [product, fromValues([], xs[0]?.dtype ?? 'f64', [state.runs])]
      }
    })
    expect(names(found)).toEqual(expect.arrayContaining(['purity', 'batch']))
  })

  it('cannot tell where a rule refuses double precision', () => {
    const single: Partial<CustomRule> = {
      results: (xs) => (xs[0]?.dtype === 'f32' ? rule.results(xs) : E.left('takes single precision'))
    }
    const laws = customLaws({ rule: { ...rule, ...single }, arbitrary: vectors, numRuns: 4 })
    const slopes = lawsOf(laws).find(({ name }) => name.endsWith('derivative'))
    expect(slopes?.check()).toMatchObject({ right: { runs: 4, inconclusive: 4 } })
  })
})
