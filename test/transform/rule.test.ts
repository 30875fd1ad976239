/** Laws of functions with derivatives of one's own. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { between } from '../../laws/arbitrary/number.js'
import { arbitrary, checkAll, customLaws, gradientLaw, lawsOf, showFailure } from '../../laws/index.js'
import * as A from '../../src/index.js'
import { leavesOf } from '../../src/tensor/Tree.js'
import { relativeError, unsafeRight } from '../support/outcome.js'

type S = A.Expr<[], 'f64'>
type V = A.Expr<[3], 'f64'>
type Engine = typeof A.reference

interface Pair {
  readonly x: V
  readonly k: S
}

/** `k sin x`, and the sum of it. */
const plain = ({ x, k }: Pair): readonly [V, S] => {
  const y = pipe(x, A.sin, A.mul(k))
  return [y, pipe(y, A.sum())]
}

const forward = customTangent(1)

function customTangent(factor: number) {
  return A.customJvp(plain, ([{ x, k }], [t]): readonly [V, S] => {
    const moved = pipe(x, A.cos, A.mul(k), A.mul(factor), A.mul(t.x), A.add(pipe(x, A.sin, A.mul(t.k))))
    return [moved, pipe(moved, A.sum())]
  })
}

const backward = A.customVjp(
  plain,
  (p: Pair) => [plain(p), { sine: A.sin(p.x), cosine: A.cos(p.x), k: p.k }],
  (r, [c, total]) => {
    const all = A.add(total)(c)
    return [{ x: pipe(r.cosine, A.mul(r.k), A.mul(all)), k: pipe(r.sine, A.mul(all), A.sum()) }]
  }
)

const loss =
  (f: typeof plain) =>
  (p: Pair): S => {
    const [y, total] = f({ x: A.square(p.x), k: A.exp(p.k) })
    return pipe(y, A.mul(p.x), A.tanh, A.sum(), A.add(A.square(total)))
  }

/** The same question to a function and to that with a rule. */
type Question = (f: typeof plain) => (p: Pair, t: Pair) => unknown

const along =
  (g: (p: Pair) => Pair, t: Pair) =>
  (p: Pair): S => {
    const { x, k } = g(p)
    return pipe(x, A.mul(t.x), A.sum(), A.add(A.mul(t.k)(k)))
  }

const questions: Readonly<Record<string, Question>> = {
  value: (f) => (p) => f(p),
  jvp: (f) => (p, t) => A.jvp(loss(f))(p, t),
  gradient: (f) => (p) => A.grad(loss(f))(p),
  'one result': (f) => (p) => A.grad((q: Pair) => A.square(f(q)[1]))(p),
  'forward over reverse': (f) => (p, t) => A.jvp(A.grad(loss(f)))(p, t),
  'reverse over reverse': (f) => (p, t) => A.grad(along(A.grad(loss(f)), t))(p),
  'reverse over forward': (f) => (p, t) => A.grad((q: Pair) => A.jvp(loss(f))(q, t)[1])(p),
  'forward over forward': (f) => (p, t) => A.jvp((q: Pair) => A.jvp(loss(f))(q, t)[1])(p, t),
  'in a batch': (f) => (p, t) => A.vmap(f)(stacked(p, t)),
  'gradient of a batch': (f) => (p, t) => A.vmap(A.grad(loss(f)))(stacked(p, t)),
  'a batch that shares an argument': (f) => (p, t) =>
    A.grad((k: S) => pipe(A.vmap((x: V) => loss(f)({ x, k }))(stacked(p, t).x), A.sum()))(p.k),
  'in a loop': (f) => (p) =>
    A.grad((q: Pair) => {
      const step = (c: V, k: S) => [f({ x: c, k })[0], []] as const
      return pipe(A.scan(step)(q.x, A.stack(0)([q.k, p.k, q.k]))[0], A.square, A.sum())
    })(p)
}

const stacked = (p: Pair, t: Pair) => ({ x: A.stack(0)([p.x, t.x]), k: A.stack(0)([p.k, t.k]) })

const pairs = fc.array(between(-1.2, 1.2), { minLength: 4, maxLength: 4 }).map(([k = 0, ...x]): Pair => ({
  x: A.tensor(x as [number, number, number], 'f64'),
  k: A.tensor(k, 'f64')
}))

const numbersOf = (tree: unknown, engine: Engine): ReadonlyArray<number> => {
  const run = unsafeRight(A.compile(() => tree, engine)())
  return leavesOf(unsafeRight(run())).flatMap((t) => A.toFlat(t as A.Tensor).map(Number))
}

describe.each([
  ['customJvp', forward],
  ['customVjp', backward]
])('%s with the right rule is the function', (_, ruled) => {
  it.each(Object.entries(questions))('%s', (__, ask) => {
    fc.assert(
      fc.property(pairs, pairs, (p, t) => {
        const expected = numbersOf(ask(plain)(p, t), A.reference)
        for (const engine of [A.reference, A.wasm])
          expect(relativeError(numbersOf(ask(ruled)(p, t), engine), expected)).toBeLessThan(1e-11)
      }),
      { numRuns: 4 }
    )
  })
})

describe('a wrong rule', () => {
  const checked = (f: (p: Pair) => S) =>
    gradientLaw({
      name: 'f',
      f,
      arbitrary: fc.record({
        x: arbitrary.tensor({ shape: [3], dtype: 'f64' }),
        k: arbitrary.tensor({ shape: [], dtype: 'f64' })
      }),
      numRuns: 10
    }).check({ seed: 1 })
  const said = (f: typeof plain): string =>
    pipe(
      checked((p) => f(p)[1]),
      E.match(showFailure, () => 'holds')
    )

  it('is found, and a right one is not', () => {
    expect(said(forward)).toBe('holds')
    expect(said(backward)).toBe('holds')
    expect(said(customTangent(2))).toMatch(/^f: .* fails: [^]*culprit customJvp/)
  })
})

const messageOf = (tree: object): string =>
  pipe(
    A.evaluate(tree),
    E.match(A.showError, () => 'no error')
  )

describe('rules of one mode', () => {
  const same = (x: S): S => x
  const clipped = A.customVjp(
    same,
    (x: S) => [x, []],
    (_, c) => [A.clip(-1, 1)(c)]
  )

  it('have no other mode, which is an error', () => {
    expect(messageOf(A.jvp((x: S) => clipped(x))(A.tensor(1, 'f64'), A.tensor(1, 'f64')))).toMatch(
      /^customVjp: has no derivative in forward mode/
    )
    const bent = A.customJvp(same, (_, [t]): S => A.square(t))
    expect(messageOf([A.grad((x: S) => bent(x))(A.tensor(1, 'f64'))])).toMatch(
      /^customJvp: has no derivative in reverse/
    )
  })

  it('clip gradients where they pass, in batches each', () => {
    const steep = (k: S, x: S) => pipe(clipped(x), A.mul(k))
    const slopes = A.vmap((k: S) => A.grad((x: S) => steep(k, x))(A.tensor(1, 'f64')))(
      A.tensor([0.5, 7, -3], 'f64')
    )
    expect(numbersOf(slopes, A.reference)).toEqual([0.5, 1, -1])
  })

  it('have results and arguments in the shapes of the function', () => {
    const f = A.customVjp(
      (x: A.Expr<[number], 'f64'>) => A.sin(x),
      (x) => [A.sin(x), []],
      (_, c) => [A.concat(0)([c, c])]
    )
    expect(messageOf([f(A.tensor([1, 2], 'f64'))])).toMatch(/^customVjp: the cotangents \[0\]: expected/)
  })
})

/** A sine, with a batch by a rule of its own if one is given. */
const sine = (batch?: A.CustomRule['batch']): A.CustomRule => ({
  name: 'mySine',
  results: ([x]) => (x === undefined ? E.left('takes one operand') : E.right([x])),
  reference: ([x]) =>
    x === undefined
      ? []
      : [
          pipe(
            A.toFlat(x).map((v) => Math.sin(Number(v))),
            A.fromFlat(x.shape, x.dtype),
            E.getOrElse(() => x)
          )
        ],
  derivative: ([x]) => [x === undefined ? [] : [A.scaling(A.cos(x as V))]],
  ...(batch === undefined ? {} : { batch })
})

describe('a batch of a primitive', () => {
  const brokenLaws = (rule: A.CustomRule): ReadonlyArray<string> => {
    const laws = customLaws({
      rule,
      arbitrary: fc.tuple(arbitrary.tensor({ shape: [2] })),
      order: 1,
      numRuns: 5
    })
    const verdicts = checkAll({ seed: 1 })(laws)
    return lawsOf(laws).flatMap(({ name }, i) => (E.isLeft(verdicts[i]!) ? [name] : []))
  }

  it.each([
    ['a loop over examples', undefined, []],
    ['by a rule of its own', () => sine(), []],
    [
      'by a wrong rule',
      () => ({ ...sine(), reference: (xs: ReadonlyArray<A.Tensor>) => xs }),
      ['Custom mySine: batch']
    ]
  ])('%s', (_, batch, broken) => {
    expect(brokenLaws(sine(batch))).toEqual(broken)
  })
})
