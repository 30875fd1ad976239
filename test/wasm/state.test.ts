import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expect, test } from 'vitest'
import { fail, law, pass, register, type Verdict } from '../../laws/index.js'
import {
  add,
  broadcastTo,
  compile,
  div,
  evaluate,
  fromFlat,
  gt,
  item,
  mul,
  spec,
  sum,
  take,
  tensor,
  toFlat,
  toNested,
  toTypedArray,
  wasm,
  type Engine,
  type Expr
} from '../../src/index.js'
import { smallest } from '../../src/tensor/refill.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

interface State {
  readonly a: Expr<[3], 'f32'>
  readonly b: Expr<[3], 'f32'>
  readonly c: Expr<[3], 'f32'>
}

/** A step whose results depend on everything before, but for `c`; the last two are too large to be copied unless somebody looks. */
const step = ({ a, b }: State, x: Expr<[3], 'f32'>) =>
  [
    { a: pipe(a, mul(0.5), add(x)), b: pipe(b, add(1), div(1.5)), c: pipe(a, mul(b)) },
    sum()(a),
    pipe(b, mul(x), add(a), broadcastTo([360, 3])),
    pipe(b, gt(a), broadcastTo([1400, 3]))
  ] as const

const compiled = (engine: Engine) =>
  compile(step, engine)({ a: spec([3]), b: spec([3]), c: spec([3]) }, spec([3]))

interface Values {
  readonly a: Tensor<[3], 'f32'>
  readonly b: Tensor<[3], 'f32'>
  readonly c: Tensor<[3], 'f32'>
}

type Step = (
  s: Values,
  x: Tensor<[3], 'f32'>
) => E.Either<
  unknown,
  readonly [Values, Tensor<[], 'f32'>, Tensor<[360, 3], 'f32'>, Tensor<[1400, 3], 'bool'>]
>

/** Each move runs one of two programs from one of the states so far, looks at one of them, or mixes two. */
interface Move {
  readonly second: boolean
  readonly from: number
  readonly other: number
  readonly swap: boolean
  readonly look: number | undefined
  readonly x: number
}

const moves: fc.Arbitrary<ReadonlyArray<Move>> = fc.array(
  fc.record({
    second: fc.oneof(
      { weight: 6, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) }
    ),
    // 0 is the newest.
    from: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }),
    other: fc.oneof({ weight: 6, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(3) }),
    swap: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    look: fc.option(fc.nat(5), { nil: undefined }),
    x: fc.integer({ min: -3, max: 3 })
  }),
  { maxLength: 200 }
)

const start: Values = { a: tensor([1, 2, 3]), b: tensor([4, 5, 6]), c: tensor([7, 8, 9]) }

/** Arguments that come again are the same tensors. */
const xs = [-3, -2, -1, 0, 1, 2, 3].map((x) => tensor([x, 1, -x]))

/** The elements in an array of the looker's own, who spoils it; then all at once, and one by one. Of large ones the first, and whether they repeat. */
const look = (t: Tensor): unknown => {
  const mine = toTypedArray(t)
  const seen = [mine.constructor.name, mine.length, ...mine.subarray(0, 3)]
  const repeats = mine.every((x, i) => Object.is(x, mine[i % 3]))
  mine.fill(77)
  return mine.length > 3 ? [seen, repeats, toFlat(t).slice(-3)] : [seen, toNested(t), toFlat(t)]
}

/** Everything that is seen on the way, and all states and results in the end. */
const seen = (
  programs: readonly [first: Step, second: Step],
  play: ReadonlyArray<Move>
): ReadonlyArray<unknown> => {
  const states: Array<Values> = [start]
  const large: Array<Tensor> = []
  const out: Array<unknown> = []
  const at = (k: number): Values => states[Math.max(0, states.length - 1 - k)]!
  for (const move of play) {
    const { a, b, c } = at(move.from)
    const mixed = move.other < 0 ? { a, b, c } : { a, b: at(move.other).b, c }
    const state = move.swap ? { a: mixed.b, b: mixed.a, c } : move.other < 0 ? at(move.from) : mixed
    const result = programs[move.second ? 1 : 0](state, xs[move.x + 3]!)
    if (E.isLeft(result)) return ['failed']
    const [next, total, ...more] = result.right
    states.push(next)
    large.push(...more)
    out.push(item(total))
    if (move.look !== undefined)
      out.push(
        look(at(move.look).a),
        look(at(move.look).c),
        look(large[Math.max(0, large.length - 1 - move.look)]!)
      )
  }
  return [...out, ...states.map(({ a, b, c }) => [a, b, c].map(look)), ...large.map(look)]
}

const tensorOf = (values: ReadonlyArray<number>): Tensor<[1100], 'f32'> => {
  const made = fromFlat([1100])(values)
  if (E.isLeft(made)) throw new Error(made.left.message)
  return made.right
}

/** A state in a record that is made when somebody looks, with leaves that are copied then, and leaves that wait longer. */
interface Large {
  readonly sums: { readonly a: Expr<[1100], 'f32'>; readonly b: Expr<[1100], 'f32'> }
  readonly c: Expr<[3], 'f32'>
  readonly rates: readonly [Expr<[], 'f32'>, Expr<[], 'f32'>, Expr<[], 'f32'>]
}

const largeStep = ({ sums: { a, b }, rates: [r, s, u] }: Large, x: Expr<[3], 'f32'>) =>
  [
    {
      sums: { a: pipe(a, mul(s), add(r)), b: pipe(b, add(a), div(1.5)) },
      c: pipe(x, mul(r)),
      rates: [pipe(r, add(sum()(x))), pipe(s, mul(0.5)), u]
    },
    add(s)(r)
  ] as const

interface LargeValues {
  readonly sums: { readonly a: Tensor<[1100], 'f32'>; readonly b: Tensor<[1100], 'f32'> }
  readonly c: Tensor<[3], 'f32'>
  readonly rates: readonly [Tensor<[], 'f32'>, Tensor<[], 'f32'>, Tensor<[], 'f32'>]
}

const ramp = tensorOf(Array.from({ length: 1100 }, (_, i) => i % 7))

const largeStart: LargeValues = {
  sums: { a: ramp, b: ramp },
  c: tensor([7, 8, 9]),
  rates: [tensor(1), tensor(2), tensor(3)]
}

type LargeRun = (s: LargeValues, x: Tensor<[3], 'f32'>) => E.Either<unknown, readonly [LargeValues, Tensor]>

/** One way of looking or another, all of which see the same. */
const ways: ReadonlyArray<(s: LargeValues) => LargeValues> = [
  (s) => s,
  (s) => ({ ...s }),
  (s) => structuredClone(s),
  (s) => ({ sums: { ...s.sums }, rates: s.rates, c: structuredClone(s.c) })
]

const lookAt = ({ sums, c, rates }: LargeValues): ReadonlyArray<unknown> =>
  [sums.b, sums.a, c, ...rates].map((t: Tensor) => {
    const xs = toFlat(t).map(Number)
    return [xs.length, xs[0], xs.at(-1), xs.reduce((n, x, i) => n + x * (i % 5), 0)]
  })

/** What is seen of states on the way, and of all of them in the end: backwards, where `back` says so. */
const seenLarge = (
  programs: readonly [LargeRun, LargeRun],
  play: ReadonlyArray<Move>
): ReadonlyArray<unknown> => {
  const states: Array<LargeValues> = [largeStart]
  const out: Array<unknown> = []
  const at = (k: number): LargeValues => states[Math.max(0, states.length - 1 - k)]!
  for (const move of play) {
    const from = at(move.from)
    const state =
      move.other < 0 ? ways[(move.look ?? 0) % 2]!(from) : { ...from, rates: at(move.other).rates }
    const result = programs[move.second ? 1 : 0](state, xs[move.x + 3]!)
    if (E.isLeft(result)) return ['failed']
    states.push(result.right[0])
    out.push(toFlat(result.right[1]))
    if (move.look !== undefined) out.push(lookAt(ways[move.look % ways.length]!(at(move.look))))
  }
  const order = (play.length % 2 === 0 ? states : [...states].reverse()).filter((_, i) => i % 3 > 0)
  return [...out, ...order.map(lookAt)]
}

const judgeLarge = (play: ReadonlyArray<Move>): Verdict => {
  const shapes = {
    sums: { a: spec([1100]), b: spec([1100]) },
    c: spec([3]),
    rates: [spec([]), spec([]), spec([])]
  } as const
  const compiledOnce = () => unsafeRight(compile(largeStep)(shapes, spec([3])))
  const evaluated: LargeRun = (s, x) => evaluate(largeStep(s, x))
  return compared(seenLarge([compiledOnce(), compiledOnce()], play), seenLarge([evaluated, evaluated], play))
}

/** What has no state: everything follows from the arguments. */
const stateless = (x: Expr<[3], 'f32'>, y: Expr<[3], 'f32'>) =>
  [
    pipe(x, mul(y), sum()),
    pipe(x, div(y), broadcastTo([360, 3])),
    pipe(x, gt(y), broadcastTo([1400, 3]))
  ] as const

type Plain = (x: Tensor<[3], 'f32'>, y: Tensor<[3], 'f32'>) => E.Either<unknown, ReadonlyArray<Tensor>>

interface Call {
  readonly x: number
  readonly y: number
  readonly look: number | undefined
}

const calls: fc.Arbitrary<ReadonlyArray<Call>> = fc.array(
  fc.record({
    x: fc.nat(6),
    y: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(6) }),
    look: fc.option(fc.nat(5), { nil: undefined })
  }),
  { maxLength: 100 }
)

const answers = (program: Plain, play: ReadonlyArray<Call>): ReadonlyArray<unknown> => {
  const results: Array<Tensor> = []
  const out: Array<unknown> = []
  for (const call of play) {
    const result = program(xs[call.x]!, xs[call.y]!)
    if (E.isLeft(result)) return ['failed']
    results.push(...result.right)
    if (call.look !== undefined) out.push(look(results[Math.max(0, results.length - 1 - call.look)]!))
  }
  return [...out, ...results.map(look)]
}

const compared = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): Verdict => {
  const i = a.findIndex((x, k) => JSON.stringify(x) !== JSON.stringify(b[k]))
  return i < 0 ? pass : fail(`observation ${i}: ${JSON.stringify(a[i])}, expected ${JSON.stringify(b[i])}`)
}

const judgeStateless = (play: ReadonlyArray<Call>): Verdict => {
  const made = compile(stateless, wasm)(spec([3]), spec([3]))
  const evaluated: Plain = (x, y) => evaluate(stateless(x, y))
  return E.isLeft(made)
    ? fail('does not compile')
    : compared(answers(made.right, play), answers(evaluated, play))
}

/** Programs of their own for each sample: one that has been looked at too late copies from then on. */
const judge = (play: ReadonlyArray<Move>): Verdict => {
  const [first, second] = [compiled(wasm), compiled(wasm)]
  if (E.isLeft(first) || E.isLeft(second)) return fail('does not compile')
  // Nothing of a call is shared with evaluation, neither the engine nor what a call remembers.
  const evaluated: Step = (s, x) => evaluate(step(s, x))
  return compared(seen([first.right, second.right], play), seen([evaluated, evaluated], play))
}

register({
  name: 'state',
  parents: [],
  laws: [
    law({
      name: 'states in any order',
      statement: {
        left: 'wasm, which keeps one state in memory',
        right: 'evaluation, which keeps nothing'
      },
      arbitrary: moves,
      judge,
      numRuns: 300
    }),
    law({
      name: 'states that are made when somebody looks, in any order and any way',
      statement: {
        left: 'wasm, which goes back to the nearest state that it kept',
        right: 'evaluation, which keeps nothing'
      },
      arbitrary: moves,
      judge: judgeLarge,
      numRuns: 100
    }),
    law({
      name: 'results in any order',
      statement: {
        left: 'wasm, which repeats runs to see old results',
        right: 'evaluation, which keeps nothing'
      },
      arbitrary: calls,
      judge: judgeStateless,
      numRuns: 200
    })
  ]
})(test)

test('the results of the laws are too large to be copied at once', () => {
  expect([4 * 360 * 3, 1400 * 3].filter((bytes) => bytes <= smallest)).toEqual([])
})

test('a run that fails leaves the state as it was', () => {
  const lookup = (s: Expr<[2], 'f32'>, i: Expr<[], 'i32'>) => [pipe(s, add(take(i, 0)(s))), i] as const
  const made = compile(lookup, wasm)(spec([2]), spec([], 'i32'))
  if (E.isLeft(made)) throw new Error('does not compile')
  const first = made.right(tensor([1, 2]), tensor(0, 'i32'))
  if (E.isLeft(first)) throw new Error('does not run')
  const s = first.right[0]
  expect(E.isLeft(made.right(s, tensor(5, 'i32')))).toBe(true)
  const again = made.right(s, tensor(0, 'i32'))
  expect(E.isRight(again) && toNested(again.right[0])).toEqual([4, 5])
  expect(toNested(s)).toEqual([2, 3])
})
