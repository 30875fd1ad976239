import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recorder } from '../../../src/graph/place.js'
import { onInputs } from '../../../src/program/inputs.js'
import * as A from '../../../src/index.js'
import * as nn from '../../../src/nn/index.js'
import { adam } from '../../../src/optim/index.js'
import { traceNaN, trainState, trainStep } from '../../../src/train/index.js'
import { watched } from '../../../src/train/trace/watch.js'
import { unsafeRight } from '../../support/outcome.js'

type V = A.Expr<[3], 'f32'>
type N = A.Expr<[], 'f32'>

const engines = [A.wasm, A.reference]

/** Programs with loops, branches and calls, and what they are run on. */
const programs: ReadonlyArray<readonly [string, (x: V) => unknown]> = [
  ['elementwise', (x) => pipe(x, A.mul(3), A.sin, A.exp, A.div(7))],
  ['softmax', (x) => A.softmax()(x)],
  ['product', (x) => A.matmul(x)(x)],
  ['gradient', A.grad((x: V): N => A.sum()(A.tanh(A.mul(x)(x))))],
  ['scan', (x) => A.scan((c: N, s: N) => [A.sin(A.add(s)(c)) as N, A.cos(c)] as const)(A.tensor(1), x)],
  [
    'gradient of a scan',
    A.grad((x: V): N => A.scan((c: N, s: N) => [A.sin(A.mul(s)(c)) as N, c] as const)(A.tensor(1), x)[0])
  ],
  [
    'while',
    (x) =>
      A.whileLoop(
        (y: V) => A.lt(100)(A.sum()(A.abs(y))),
        (y: V): V => A.add(A.abs(y))(A.add(1)(y))
      )(x)
  ],
  [
    'branch',
    (x) =>
      A.cond(
        A.gt(0)(A.sum()(x)),
        (y: V): V => A.exp(y),
        (y: V): V => A.neg(y)
      )(x)
  ],
  ['call', A.checkpoint((x: V): V => A.cos(x))],
  [
    'batch',
    (x) =>
      A.vmap((y: N): N =>
        A.cond(
          A.gt(0)(y),
          (z: N): N => z,
          (z: N): N => A.sin(z)
        )(y)
      )(x)
  ]
]

const regionOf = (f: (x: V) => unknown, isTraced: boolean) =>
  onInputs(
    f as (...args: ReadonlyArray<unknown>) => unknown,
    [A.spec([3])],
    isTraced ? recorder() : undefined
  )

const bits = (ts: ReadonlyArray<A.Tensor>): ReadonlyArray<ReadonlyArray<number>> =>
  ts.map((t) => Array.from(new Uint8Array(A.toTypedArray(t).buffer)))

const ran = (engine: A.Engine, region: A.Region, x: A.Tensor): ReadonlyArray<A.Tensor> =>
  unsafeRight(unsafeRight(engine.compile(region))([x]))

const vectors = fc.tuple(...[1, 2, 3].map(() => fc.float({ min: -40, max: 40, noNaN: true })))

describe.each(engines)('on $name', (engine) => {
  it.each(programs)('what is watched has the same bits, and so has every value: %s', (_, f) => {
    const [plain, traced] = [regionOf(f, false), regionOf(f, true)]
    const region = engine.optimized!(traced)
    fc.assert(
      fc.property(vectors, (xs) => {
        const x = A.tensor(xs)
        const expected = bits(ran(engine, plain, x))
        const found = ran(engine, watched(region), x)
        expect(bits(found.slice(0, -1))).toEqual(expected)
        expect(bits(ran(engine, region, x))).toEqual(expected)
        const flag = A.toFlat(found.at(-1)!)[0]
        expect(flag === 0 || Number.isNaN(flag)).toBe(true)
      }),
      { numRuns: 30 }
    )
  })
  it.each(programs)('nothing is found where everything is finite: %s', (_, f) => {
    const trace = traceNaN(f, { engine })
    fc.assert(
      fc.property(fc.tuple(...[1, 2, 3].map(() => fc.float({ min: -3, max: 3, noNaN: true }))), (xs) => {
        expect(trace(A.tensor(xs as [number, number, number]))).toEqual(E.right(O.none))
      }),
      { numRuns: 20 }
    )
  })
  it('a training step is watched to the bit, and nothing is found in it', () => {
    const net = nn.sequential(nn.dense(3, 4), nn.relu, nn.dense(4, 1))
    const optimizer = adam({ learningRate: 0.01 })
    const loss = (p: nn.Params<typeof net>, x: A.Expr<[5, 3], 'f32'>): N =>
      A.mean()(A.square(A.vmap(nn.forward(net)(p))(x)))
    const state = unsafeRight(A.evaluate(trainState(optimizer)(nn.init(net)(A.key(3)))))
    const x = unsafeRight(A.evaluate(A.normal([5, 3])(A.key(4))))
    const step = trainStep(optimizer)(loss)
    expect(traceNaN(step, { engine })(state, x)).toEqual(E.right(O.none))
  })
})

describe('scopes', () => {
  const f = (x: V): V =>
    pipe(
      x,
      A.named('a')((y: V) => A.exp(A.mul(2)(y))),
      A.named('b')((y: V) => A.sum()(y)),
      (s) => A.mul(s)(x)
    )
  const g = (x: V): V =>
    pipe(
      x,
      (y) => A.exp(A.mul(2)(y)),
      (y) => A.sum()(y),
      (s) => A.mul(s)(x)
    )
  const loss =
    (h: (x: V) => V) =>
    (x: V): N =>
      A.sum()(h(x))
  const x = A.tensor([1, 2, 3])
  it.each([
    ['value', f, g],
    ['gradient', A.grad(loss(f)), A.grad(loss(g))],
    ['tangent', (y: V) => A.jvp(f)(y, y), (y: V) => A.jvp(g)(y, y)],
    ['checkpoint', A.grad(loss(A.checkpoint(f))), A.grad(loss(A.checkpoint(g)))],
    [
      'batch',
      (y: V) => A.vmap((z: N) => A.named('c')((w: N) => A.exp(w))(z))(y),
      (y: V) => A.vmap((z: N) => A.exp(z))(y)
    ]
  ] as const)('change no program: %s', (_, named, plain) => {
    expect(A.print(A.trace(named as typeof f)(A.spec([3])))).toBe(
      A.print(A.trace(plain as typeof f)(A.spec([3])))
    )
    const [a, b] = [named, plain].map((h) => unsafeRight(A.explain(h as typeof f)(A.spec([3]))))
    const withoutScopes = (e: unknown): unknown =>
      JSON.parse(JSON.stringify(e, (k, v: unknown) => (k === 'scopes' ? undefined : v)))
    expect(withoutScopes(a)).toEqual(withoutScopes(b))
  })
  it('are in what explain shows', () => {
    const { kernels } = unsafeRight(A.explain(f)(A.spec([3])))
    expect(kernels.flatMap((k) => k.scopes ?? [])).toContain('b')
    expect(A.showExplanation(unsafeRight(A.explain(f)(A.spec([3]))))).toMatch(/^scopes/m)
  })
  it('keep the types of functions', () => {
    const identity = A.named('identity')(<T>(t: T): T => t)
    const same: number = identity(3)
    expect(same).toBe(3)
    const [y] = [f].map(A.named('f'))
    expect(A.evaluate(y!(x))).toEqual(A.evaluate(f(x)))
  })
})

describe('what is no cause', () => {
  it('a compiled function is refused by name', () => {
    const run = unsafeRight(A.compile((x: N) => A.add(1)(x))(A.spec([])))
    const given: unknown = run
    const found = traceNaN(given as (x: N) => N)(A.tensor(1))
    expect(pipe(found, E.mapLeft(A.showError))).toMatchObject({
      left: /^traceNaN: takes the function that was compiled/
    })
  })
  it('errors of building and of running are errors', () => {
    const wide: unknown = A.ones([4, 4])
    const wrong = traceNaN((x: V) => A.matmul(wide as A.Expr<[3, 3], 'f32'>)(x))(A.tensor([1, 2, 3]))
    expect(E.isLeft(wrong) && wrong.left._tag).toBe('CompileError')
    const outside = traceNaN((x: V) => A.take(A.tensor([7], 'i32'), 0)(x))(A.tensor([1, 2, 3]))
    expect(E.isLeft(outside) && outside.left._tag).toBe('RunError')
  })
})
