/** What loops, branches and checkpoints are, in the words of the public API: for random bodies the same as another program, in value and derivatives. */
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { between } from '../../laws/arbitrary/number.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { bodyOf } from '../../laws/grow/body.js'
import { node } from '../../src/graph/Expr.js'
import { typed } from '../../src/graph/terms.js'
import * as A from '../../src/index.js'
import { leavesOf } from '../../src/tensor/Tree.js'
import { relativeError, unsafeRight } from '../support/outcome.js'

type S = A.Expr<[], 'f64'>
type V = A.Expr<[2], 'f64'>
type Rows = A.Expr<[3, 2], 'f64'>

/** What is differentiated: a captured value, a first carry and inputs. */
interface Arguments {
  readonly w: V
  readonly h: V
  readonly xs: Rows
}

type Step = (...xs: ReadonlyArray<V>) => V

interface Sample {
  readonly f: Step
  readonly g: Step
  readonly at: Arguments
  readonly along: Arguments
  /** How many steps are made of those that can be. */
  readonly steps: number
}

type Program = (p: Arguments, s: Sample) => A.Expr<unknown, 'f64'>

const bodies = fc.tuple(fc.integer({ min: 0, max: 2 ** 20 }), fc.integer({ min: 0, max: 1 })).map(
  ([seed, depth]): Step =>
    (...xs) =>
      typed<V>(bodyOf(seed, depth)(xs.map((x) => node(x))))
)

const numbers = (count: number) => fc.array(between(-1.2, 1.2), { minLength: count, maxLength: count })

const points = fc.tuple(numbers(2), numbers(2), numbers(6)).map(([w, h, xs]): Arguments => ({
  w: fromValues<[2], 'f64'>([2], 'f64', w),
  h: fromValues<[2], 'f64'>([2], 'f64', h),
  xs: fromValues<[3, 2], 'f64'>([3, 2], 'f64', xs)
}))

const samples: fc.Arbitrary<Sample> = fc.noBias(
  fc.record({ f: bodies, g: bodies, at: points, along: points, steps: fc.integer({ min: 0, max: 4 }) })
)

/** The squares of all elements, so that second derivatives are not zero. */
const loss =
  (program: Program, s: Sample) =>
  (p: Arguments): S =>
    pipe(program(p, s) as Rows, A.square, A.sum())

const questions: Readonly<Record<string, (program: Program, s: Sample) => unknown>> = {
  value: (program, s) => program(s.at, s),
  tangent: (program, s) => A.jvp(loss(program, s))(s.at, s.along)[1],
  gradient: (program, s) => A.grad(loss(program, s))(s.at),
  'product of Hessian and vector': (program, s) => A.jvp(A.grad(loss(program, s)))(s.at, s.along)[1]
}

const numbersOf = (tree: unknown, engine: typeof A.reference): ReadonlyArray<number> => {
  const run = unsafeRight(A.compile(() => tree, engine)())
  return leavesOf(unsafeRight(run())).flatMap((t) => A.toFlat(t as A.Tensor).map(Number))
}

/** Each program in the place of the other. */
interface Law {
  readonly left: Program
  readonly right: Program
  /** How far they may be apart: 0 stands for the same bits, on the reference engine. */
  readonly apart: number
}

const rows = (ys: ReadonlyArray<V>): A.Expr<[number, 2], 'f64'> => A.stack(0)(ys)

const sliceAt = (xs: Rows, t: number): V => pipe(xs, A.slice([[t, t + 1]]), A.reshape([2]))

const loop =
  (options: A.ScanOptions = {}): Program =>
  ({ w, h, xs }, { f, g }) => {
    const [last, ys] = A.scan((c: V, x: V) => [f(w, c, x), g(w, x, c)], options)(h, xs)
    return A.concat(0)([pipe(ys, A.reshape([6])), last])
  }

const unrolled: Program = ({ w, h, xs }, { f, g }) => {
  const [last, ys] = [0, 1, 2].reduce<readonly [V, ReadonlyArray<V>]>(
    ([c, before], t) => [f(w, c, sliceAt(xs, t)), [...before, g(w, sliceAt(xs, t), c)]],
    [h, []]
  )
  return A.concat(0)([...ys, last])
}

const positive = (x: V) => pipe(x, A.sum(), A.gt(0))

const counted = (steps: number) => (k: S) => A.lt(steps)(k)

interface Counted {
  readonly k: S
  readonly c: V
}

const laws: Readonly<Record<string, Law>> = {
  'scan = its steps one after the other': { left: loop(), right: unrolled, apart: 1e-12 },
  'scan in reverse = the reverse of the scan of reversed inputs': {
    left: ({ w, h, xs }, { f, g }) =>
      A.scan((c: V, x: V) => [f(w, c, x), g(w, x, c)], { reverse: true })(h, xs)[1],
    right: ({ w, h, xs }, { f, g }) =>
      A.reverse([0])(A.scan((c: V, x: V) => [f(w, c, x), g(w, x, c)])(h, A.reverse([0])(xs))[1]),
    apart: 0
  },
  'vmap of scan = scan of vmap': {
    left: ({ w, h, xs }, { f }) =>
      A.vmap((c: V) => A.scan((d: V, x: V) => [f(w, d, x), []])(c, xs)[0])(rows([h, w, h])),
    right: ({ w, h, xs }, { f }) =>
      A.scan((cs: A.Expr<[number, 2], 'f64'>, x: V) => [A.vmap((d: V) => f(w, d, x))(cs), []])(
        rows([h, w, h]),
        xs
      )[0],
    apart: 1e-12
  },
  'cond = where, as both are finite': {
    left: ({ w, h }, { f, g }) =>
      A.cond(
        positive(w),
        (x: V) => f(w, x),
        (x: V) => g(x, w)
      )(h),
    right: ({ w, h }, { f, g }) => A.where(f(w, h), g(h, w))(positive(w)),
    apart: 1e-12
  },
  'map = vmap': {
    left: ({ w, xs }, { f }) => A.map((x: V) => f(w, x))(xs),
    right: ({ w, xs }, { f }) => A.vmap((x: V) => f(w, x))(xs),
    apart: 1e-12
  },
  'forLoop = scan without inputs': {
    left: ({ w, h }, { f, steps }) => A.forLoop(0, steps, (_, c: V): V => f(w, c))(h),
    right: ({ w, h }, { f, steps }) => A.scan((c: V) => [f(w, c), []], { length: steps })(h)[0],
    apart: 0
  },
  'whileLoop with a bound = scan with a mask': {
    left: ({ w, h }, { f, steps }) =>
      A.whileLoop(
        ({ k }: Counted) => counted(steps)(k),
        ({ k, c }) => ({ k: A.add(1)(k), c: f(w, c) }),
        { bound: 3 }
      )({ k: A.tensor(0, 'f64'), c: h }).c,
    right: ({ w, h }, { f, steps }) =>
      A.scan(({ k, c }: Counted) => [{ k: A.add(1)(k), c: A.where(f(w, c), c)(counted(steps)(k)) }, []], {
        length: 3
      })({ k: A.tensor(0, 'f64'), c: h })[0].c,
    apart: 1e-12
  },
  'checkpoint = nothing': {
    left: ({ w, h, xs }, { f, g }) => {
      const kept = A.checkpoint((a: V, b: V) => f(w, g(a, b)))
      return A.scan((c: V, x: V) => [kept(c, x), []])(kept(h, w), xs)[0]
    },
    right: ({ w, h, xs }, { f, g }) => {
      const plain = (a: V, b: V) => f(w, g(a, b))
      return A.scan((c: V, x: V) => [plain(c, x), []])(plain(h, w), xs)[0]
    },
    apart: 1e-12
  }
}

describe.each(Object.entries(laws))('%s', (_, { left, right, apart }) => {
  it.each(Object.entries(questions))('%s', (what, ask) => {
    fc.assert(
      fc.property(samples, (s) => {
        const expected = numbersOf(ask(right, s), A.reference)
        const found = numbersOf(ask(left, s), A.reference)
        return apart === 0 && what !== 'product of Hessian and vector'
          ? found.every((x, i) => Object.is(x, expected[i])) && found.length === expected.length
          : relativeError(found, expected) <= Math.max(apart, 1e-12)
      }),
      { numRuns: 6 }
    )
  })

  it('compiled', () => {
    fc.assert(
      fc.property(samples, (s) => {
        const ask = (program: Program) => [program(s.at, s), A.grad(loss(program, s))(s.at)]
        return relativeError(numbersOf(ask(left), A.wasm), numbersOf(ask(right), A.reference)) <= 1e-12
      }),
      { numRuns: 3 }
    )
  })
})

/** What is used outside of a checkpoint as well has the sum of more than one cotangent, which are added in another order. */
it('a checkpoint changes no bit of values, and of gradients by what is not used elsewhere', () => {
  const { left, right } = laws['checkpoint = nothing']!
  const ask = (program: Program, s: Sample) => {
    const { h, xs } = A.grad(loss(program, s))(s.at)
    return numbersOf([program(s.at, s), h, xs], A.reference)
  }
  fc.assert(
    fc.property(samples, (s) => {
      expect(ask(left, s)).toEqual(ask(right, s))
    }),
    { numRuns: 20 }
  )
})
