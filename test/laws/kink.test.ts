import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  conventionLaws,
  gradientLaw,
  lawsOf,
  showFailure,
  type LawPass,
  type Verdict
} from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { judgeDerivatives } from '../../laws/gradient/derivatives.js'
import { approach } from '../../laws/oracle/approach.js'
import { decisions } from '../../laws/oracle/decisions.js'
import { surroundings } from '../../laws/oracle/differences.js'
import * as make from '../../src/graph/make.js'
import { isMany, node, type Expr, type Value } from '../../src/graph/Expr.js'
import * as A from '../../src/index.js'
import { full } from '../../src/graph/terms.js'
import { scale } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { operation } from '../../src/graph/families.js'

type X = Expr<readonly [2], 'f64'>

const x = make.input('x', [2], 'f64')
const at = (...values: readonly [number, number]) => fromValues([2] as const, 'f64', values)
const two = (k: number): Value => full(k, x)
const minus = (k: number): Value => make.binary('sub', x, two(k))

/** The derivative of an operation replaced by one number. */
const constantly = (name: string, factor: number): Calculus => ({
  ...calculus,
  derivative: (n) =>
    isMany(n) || operation(n) !== name
      ? calculus.derivative(n)
      : calculus.derivative(n).map(() => [scale(full(factor, n))])
})

const verdictOf = (
  y: Value,
  point: readonly [number, number],
  rules: Calculus = calculus,
  order: 1 | 2 = 1
): Verdict =>
  judgeDerivatives(
    { rules, order, coordinates: 64, sample: 6 },
    { results: [y], parameters: [x] },
    [at(...point)],
    7
  )

const directionOf = (...d: readonly [number, number]) => [fromValues([2], 'f64', d)]

const approachTo = (y: Value, point: readonly [number, number], ...d: readonly [number, number]) =>
  pipe(
    surroundings({ results: [y], parameters: [x] }, [at(...point)], []),
    E.map((around) => approach(around, directionOf(...d))),
    E.getOrElseW((reason) => reason)
  )

const passOf = (f: (v: X) => unknown, point: readonly [number, number], order: 1 | 2 = 1, rules = calculus) =>
  pipe(
    gradientLaw({ name: 'f', f, arbitrary: fc.constant(at(...point)), order, rules, numRuns: 2 }).check(),
    E.mapLeft(showFailure)
  )

const counts = (result: E.Either<string, LawPass>): string =>
  E.isLeft(result)
    ? result.left
    : `${String(result.right.kinks)} kinks, ${String(result.right.inconclusive)} undecided`

describe('margins: how far a decision is from falling otherwise', () => {
  const gapOf = (y: Value, ...point: readonly [number, number]): unknown =>
    pipe(
      surroundings({ results: [y], parameters: [x] }, [at(...point)], []),
      E.map((around) => around.gaps().map((t) => (t === undefined ? [] : A.toFlat(t)))[0]),
      E.getOrElseW((reason) => reason)
    )

  it.each([
    ['abs', make.unary('abs', x), [0.25, 3]],
    ['sign', make.unary('sign', x), [0.25, 3]],
    ['floor', make.unary('floor', x), [0.25, 0]],
    ['ceil', make.unary('ceil', x), [0.25, 0]],
    ['round', make.unary('round', x), [0.25, 0.5]],
    ['reciprocal', make.unary('reciprocal', x), [0.25, 3]],
    ['max', make.binary('max', x, two(1)), [1.25, 2]],
    ['min', make.binary('min', two(2), x), [2.25, 1]],
    ['less than', make.binary('lt', x, two(1)), [1.25, 2]],
    ['equal', make.binary('eq', x, two(3)), [3.25, 0]],
    ['rem', make.binary('rem', x, two(2)), [1.75, 1]],
    ['atan2', make.binary('atan2', x, two(-1)), [0.25, 3]],
    ['conversion', make.convert('i32', x), [0.25, 0]],
    ['largest', make.reduce('max', [0], x), [3.25]],
    ['smallest', make.reduce('min', [0], x), [3.25]],
    ['place of the largest', make.argReduce('max', 0, x), [3.25]]
  ] as const)('%s', (_, y, gaps) => {
    expect(gapOf(y, -0.25, 3)).toEqual(gaps)
  })

  it('of equal extrema is 0', () => {
    expect(gapOf(make.reduce('max', [0], x), 2, 2)).toEqual([0])
    expect(gapOf(make.argReduce('min', 0, x), 2, 2)).toEqual([0])
  })

  it('of smooth operations there is none', () => {
    expect(decisions([make.binary('mul', make.unary('exp', x), make.unary('sin', x))])).toEqual([])
  })
})

describe('approaching a kink', () => {
  const relu = make.binary('max', x, two(0))

  it('takes steps to both sides where the margin allows', () => {
    expect(approachTo(relu, [1e-4, 1], 1, 0)).toMatchObject({ _tag: 'Smooth', numeric: { levels: 7 } })
  })

  it('stays on the side of the point where it does not', () => {
    const exact = approachTo(relu, [1e-12, 1], 1, 0)
    expect(exact).toMatchObject({ _tag: 'Smooth', kink: { operation: 'max', margin: 1e-12 } })
    expect(exact).toMatchObject({ numeric: { value: { 0: expect.closeTo(1, 9) as number } } })
  })

  it('measures both sides of a tie', () => {
    expect(approachTo(relu, [0, 1], 1, 0)).toMatchObject({
      _tag: 'Corner',
      single: true,
      kink: { operation: 'max', margin: 0 },
      below: { value: { 0: expect.closeTo(0, 9) as number } },
      above: { value: { 0: expect.closeTo(1, 9) as number } }
    })
  })

  it('does not take a tie for one that the direction leaves alone', () => {
    expect(approachTo(make.reduce('max', [0], x), [2, 2], 1, 1)).toMatchObject({ _tag: 'Smooth' })
    expect(approachTo(relu, [0, 1], 0, 1)).toMatchObject({ _tag: 'Smooth' })
  })

  it('tells one tie from several, and a corner from a jump', () => {
    expect(approachTo(relu, [0, 0], 1, 1)).toMatchObject({ _tag: 'Corner', single: false })
    expect(approachTo(make.unary('sign', x), [0, 1], 1, 0)).toMatchObject({ _tag: 'Corner', single: false })
  })

  it('does not step across a pole', () => {
    const pole = approachTo(make.unary('reciprocal', minus(1)), [1.01, 3], 1, 0)
    expect(pole).toMatchObject({
      _tag: 'Smooth',
      numeric: { value: { 0: expect.closeTo(-1e4, 3) as number } }
    })
  })

  it('refuses where the point is on a sliver of its own', () => {
    const narrow = make.binary('min', make.binary('max', x, two(0)), two(2e-13))
    expect(approachTo(narrow, [1e-13, 1], 1, 0)).toMatchObject({ _tag: 'Refused', kink: { margin: 1e-13 } })
  })
})

describe('the verdict at a kink', () => {
  it.each([
    ['abs', make.unary('abs', x), [0, 1]],
    ['max', make.binary('max', x, two(0)), [0, 1]],
    ['min', make.binary('min', x, two(1)), [0, 1]],
    ['max', make.reduce('max', [0], x), [2, 2]],
    ['gt', make.select(make.binary('gt', x, two(0)), make.unary('exp', x), two(1)), [0, 1]],
    ['floor', make.unary('floor', x), [2, 0.5]],
    ['sign', make.unary('sign', x), [0, 0.5]]
  ] as const)('of a right rule of %s is that it holds there', (name, y, point) => {
    expect(verdictOf(y, point)).toEqual({ _tag: 'Kink', kink: { operation: name, margin: 0 } })
    expect(verdictOf(y, point, calculus, 2)._tag).toBe('Kink')
  })

  it.each([
    ['abs', make.unary('abs', x), 1.5, /from both sides of a tie in abs/],
    ['abs', make.unary('abs', x), NaN, /not finite/],
    ['max', make.binary('max', x, two(0)), -0.01, /from both sides of a tie in max/]
  ] as const)('of a derivative of %s outside the two slopes is that it fails', (name, y, factor, message) => {
    const verdict = verdictOf(y, [0, 0], constantly(name, factor))
    expect(verdict._tag === 'Fail' ? verdict.fault.message : verdict._tag).toMatch(message)
  })

  it('next to it is that of its own side', () => {
    const abs = make.unary('abs', minus(1))
    expect(verdictOf(abs, [1 + 2 ** -45, 3])).toEqual({
      _tag: 'Kink',
      kink: { operation: 'abs', margin: 2 ** -45 }
    })
    expect(verdictOf(abs, [1 + 2 ** -45, 3], constantly('abs', 0.5))._tag).toBe('Fail')
    expect(verdictOf(abs, [1 - 2 ** -45, -3], constantly('abs', 1))._tag).toBe('Fail')
  })

  it('names operation and margin where it cannot tell', () => {
    const narrow = make.binary('min', make.binary('max', x, two(0)), two(2e-13))
    const verdict = verdictOf(narrow, [1e-13, 1])
    expect(verdict).toMatchObject({
      _tag: 'Inconclusive',
      reason: 'a kink of max at a margin of 1.0e-13 is too near'
    })
  })
})

describe('gradientLaw at a kink', () => {
  it('counts samples judged by one-sided derivatives, and does not call them undecided', () => {
    expect(counts(passOf((v) => A.sum()(A.abs(v)), [0, 1]))).toBe('2 kinks, 0 undecided')
    expect(counts(passOf((v) => A.maximum(0)(v), [0, 1], 2))).toBe('2 kinks, 0 undecided')
    expect(counts(passOf((v) => A.sum()(A.abs(v)), [1, 2]))).toBe('0 kinks, 0 undecided')
  })

  it('accepts what the conventions of several ties add up to', () => {
    const identity = (v: X) => A.sub(A.maximum(0)(A.neg(v)))(A.maximum(0)(v))
    expect(counts(passOf(identity, [0, 1]))).toBe('2 kinks, 0 undecided')
  })

  it('accuses nobody where the conventions of several ties do not add up', () => {
    // The largest of x, 0 and 0, less the larger of x and 0, is zero; by convention its derivative at 0 is 1/3 - 1/2.
    const zeros = full(0, { shape: [2, 2], dtype: 'f64' })
    const difference = (v: X) => {
      const rows = make.concat(0, [make.reshape([1, 2], node(v)), zeros])
      return make.binary('sub', make.reduce('max', [0], rows), make.binary('max', node(v), full(0, x)))
    }
    expect(counts(passOf(difference, [0, 1]))).toBe('0 kinks, 2 undecided')
  })

  it('still finds the operation whose own rule is wrong among several ties', () => {
    const f = (v: X) => A.sum()(A.add(A.abs(v))(A.abs(A.mul(3)(v))))
    const line = passOf(f, [0, 0], 1, constantly('abs', 1.5))
    expect(E.isLeft(line) ? line.left : 'held').toMatch(/abs/)
  })
})

describe('a fault at kinks only, within the slopes', () => {
  it('is found by the laws of conventions', () => {
    const atZero: Calculus = {
      ...calculus,
      derivative: (n) =>
        n._tag === 'Unary' && n.op === 'abs'
          ? [[scale(make.select(make.binary('lt', n.x, full(0, n.x)), full(-1, n.x), full(1, n.x)))]]
          : calculus.derivative(n)
    }
    expect(verdictOf(make.unary('abs', x), [0, 1], atZero)._tag).toBe('Kink')
    const broken = lawsOf(conventionLaws(atZero)).filter((one) => E.isLeft(one.check({ numRuns: 50 })))
    expect(broken.map(({ name }) => name)).toEqual(['Convention abs'])
  })
})
