/**
 * Loops and branches on data, as parts of a graph: a program's size and the time it takes to compile do not grow with the number of steps.
 *
 * @since 0.1.0
 */
import { stackedAval } from '../graph/aval.js'
import { node, type Expr, type Input, type Value } from '../graph/Expr.js'
import { nodesLike, nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import { close } from '../graph/Region.js'
import { chunksWithin, statesOf } from '../rules/control/schedule.js'
import { add, full, typed } from '../graph/terms.js'
import { invalid } from '../graph/error.js'
import { isDim } from '../tensor/dims.js'
import { refill } from '../tensor/Tree.js'
import type { CarryCheck, LengthOf, SlicesCheck } from '../shape/index.js'
import type { Batched, Stacked } from './vmap.js'
import { invalidLike, invalids, refused, sliceOf, unequal, unfit } from './trees.js'

type Values = ReadonlyArray<Value>

/**
 * Which way a loop goes, and how long it is if it has no inputs.
 *
 * @since 0.1.0
 * @category model
 */
export interface ScanOptions<N extends number = number> {
  /** From the last slice to the first. */
  readonly reverse?: boolean
  /** The number of steps; where there are inputs, their length. */
  readonly length?: N
  /**
   * Which states are kept for the derivative in reverse: all, unless told. That before every so many steps, or at most so many at a time; the others are
   * computed again when they are needed (checkpointing): all steps once more with `every`, of which the square root of the number of steps keeps fewest;
   * with `atMost` as few times as suffice, by loops in loops over chunks of equal lengths, or, for a budget too small for those (about twice the
   * logarithm of the number of steps to base 2), by a binomial schedule, which fits any; a loop passes on what it holds by copies, so that it has room for
   * a few times the budget. What the rule of a step keeps besides, the steps under way keep. Derivatives of the derivative in reverse go by chunks
   * always. Values and gradients are the same to the bit.
   *
   * Source: Griewank, Walther, Algorithm 799: revolve (2000); Chen et al. (2016).
   */
  readonly keep?: { readonly every: number } | { readonly atMost: number }
}

/**
 * The stacked inputs of a loop. Where its body looks at no slice they may be anything, or none.
 *
 * @since 0.1.0
 * @category model
 */
export type ScanInputs<X> = unknown extends X
  ? readonly [inputs?: object]
  : readonly [inputs: Stacked<number, X>]

/**
 * A loop that has its body: from the first carry, and the inputs where the body takes slices, to the last carry and the outputs.
 *
 * @since 0.1.0
 * @category model
 */
export interface ScanOver<C, X, Y, M extends number> {
  <const I extends ScanInputs<X>>(
    init: C,
    ...inputs: I & SlicesCheck<I, M, 'scan'>
  ): readonly [carry: C, outputs: Batched<LengthOf<I, M>, Y>]
}

/**
 * A function of slices, over the leading axis.
 *
 * @since 0.1.0
 * @category model
 */
export interface MapOver<X, Y> {
  <const I extends Stacked<number, X>>(xs: I & SlicesCheck<I, number, 'map'>): Batched<LengthOf<I, number>, Y>
}

/** One step as a piece of graph. */
interface Step {
  readonly parameters: ReadonlyArray<Input>
  readonly carries: Values
  readonly outputs: Values
  readonly tree: unknown
  readonly reasons: Values
}

type Body = (carry: unknown, slice: unknown) => readonly [carry: unknown, output: unknown]

const stepOf = (operation: string, body: Body, init: unknown, xs: unknown, slices: Values): Step => {
  const from = [...nodesOf(init), ...slices]
  const carried = make.inputsLike('carry', nodesOf(init), from)
  const sliced = make.inputsLike('slice', slices, from)
  const [next, tree] = body(refill(init, carried), refill(xs, sliced))
  const [carries, outputs] = [nodesLike(init, next), nodesOf(tree)]
  const reasons = [
    ...invalids([...carries, ...outputs]),
    ...unfit(operation, 'the carry', next, init, make.carryChanges)
  ]
  return { parameters: [...carried, ...sliced], carries, outputs, tree, reasons }
}

type KeptStates = NonNullable<ScanOptions['keep']>

interface LoopOptions {
  readonly reverse?: boolean
  readonly length?: number | undefined
  readonly keep?: KeptStates | undefined
}

/** What a loop keeps, as its attributes: chunks that fit a budget, or, where none do, as many snapshots. */
const keeping = (keep: KeptStates | undefined, length: number) => {
  if (keep === undefined) return {}
  if ('every' in keep) return { chunks: [keep.every] }
  const chunks = chunksWithin(keep.atMost, length)
  return statesOf(chunks, length) <= keep.atMost ? { chunks } : { chunks, snapshots: keep.atMost }
}

const unkept = (operation: string, keep: KeptStates | undefined): Values => {
  if (keep === undefined) return []
  const count = 'every' in keep ? keep.every : keep.atMost
  return isDim(count) && count > 0
    ? []
    : [invalid(operation, [], `cannot keep states by ${String(count)}; needs a whole number from 1`)]
}

/** Trees of the last carries and of the stacked outputs. */
const looped = (
  operation: string,
  body: Body,
  { reverse = false, length, keep }: LoopOptions,
  init: unknown,
  xs: unknown
): readonly [carry: unknown, outputs: unknown] => {
  const [first, inputs] = [nodesOf(init), nodesOf(xs)]
  const count = inputs[0]?.shape[0] ?? length ?? 0
  const slices = inputs.map((x) => sliceOf(operation, x))
  const step = stepOf(operation, body, init, xs, slices)
  const stacks = step.outputs.map((y) => stackedAval(count, y))
  const reasons = [
    ...invalids([...first, ...slices]),
    ...unequal(operation, length ?? count, inputs),
    ...unkept(operation, keep),
    ...step.reasons
  ]
  const results =
    reasons.length > 0
      ? invalidLike([...first, ...stacks], reasons)
      : scanned(step, { reverse, length: count, ...keeping(keep, count) }, [...first, ...inputs])
  return [
    refill(init, results.slice(0, first.length)),
    refill(step.tree, results.slice(first.length, first.length + stacks.length))
  ]
}

const scanned = (
  { parameters, carries, outputs }: Step,
  options: Omit<make.ScanOptions, 'captured' | 'carries'>,
  xs: Values
): Values => {
  const { region, captured } = close(parameters, [...carries, ...outputs])
  const counts = { captured: captured.length, carries: carries.length }
  return make.scanned({ ...options, ...counts }, region, [...captured, ...xs])
}

/**
 * A loop along the leading axis of its inputs that carries a state: `scan(f)(c_0, xs)` is `[c_n, ys]` with `[c_i+1, ys_i] = f(c_i, xs_i)`. State,
 * inputs and outputs are trees; each leaf of `ys` has a leading axis as long as that of every leaf of `xs`. What the body refers to besides its
 * arguments is captured. All derivatives are loops again: the reverse one computes the values of a step anew from its carry.
 *
 * Errors: a carry that a step changes in shape or dtype; inputs without a leading axis, or with different lengths.
 *
 * Source: JAX, `jax.lax.scan`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, evaluate, scan, tensor, toNested, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * type N = Expr<[], 'f32'>
 * const runningSum = scan((total: N, x: N) => {
 *   const next: N = add(x)(total)
 *   return [next, next]
 * })
 * const [, sums] = runningSum(tensor(0), tensor([1, 2, 3]))
 * deepStrictEqual(pipe(evaluate(sums), E.map(toNested)), E.right([1, 3, 6]))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const scan =
  <C, X, const T, const Y, const M extends number = number>(
    body: (carry: C, slice: X) => readonly [carry: T & CarryCheck<C, T, 'scan'>, output: Y],
    options: ScanOptions<M> = {}
  ): ScanOver<C, X, Y, M> =>
  <const I extends ScanInputs<X>>(init: C, ...inputs: I & SlicesCheck<I, M, 'scan'>) => {
    const [xs = []]: ReadonlyArray<unknown> = inputs
    const length = inputs.length === 0 ? (options.length ?? NaN) : options.length
    return looped('scan', body as Body, { ...options, length }, init, xs) as [C, Batched<LengthOf<I, M>, Y>]
  }

/**
 * A loop over the numbers from `start` to before `end` that carries a state: `forLoop(0, n, f)(c)` is `f(n - 1, ... f(1, f(0, c)))`.
 *
 * Errors: limits that are not whole numbers; a carry that a step changes in shape or dtype.
 *
 * Source: JAX, `jax.lax.fori_loop`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, forLoop, item, mul, tensor, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const power = forLoop(0, 10, (_, x: Expr<[], 'f32'>): Expr<[], 'f32'> => pipe(x, mul(2)))
 * deepStrictEqual(pipe(power(tensor(1)), evaluate, E.map(item)), E.right(1024))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const forLoop =
  <C, const T>(
    start: number,
    end: number,
    body: (i: Expr<[], 'i32'>, carry: C) => T & CarryCheck<C, T, 'forLoop'>
  ) =>
  (init: C): C => {
    const count = Math.max(0, end - start)
    if (![start, end].every(Number.isInteger))
      return refused('forLoop', `from ${String(start)} to ${String(end)}`, init)
    const places = make.iota(0, [count], 'i32')
    const step: Body = (c, i) => {
      const at = add(node(i), full(start, { shape: [], dtype: 'i32' }))
      return [body(typed(at), c as C), []]
    }
    return looped('forLoop', step, { length: count }, init, places)[0] as C
  }

/**
 * A function applied to each slice along the leading axis, one after the other: the same as `vmap(f)`, with the memory of one example.
 *
 * Errors: arguments without a leading axis, or with different lengths.
 *
 * Source: JAX, `jax.lax.map`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { evaluate, map, sum, tensor, toNested, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const total = (x: Expr<[2], 'f32'>) => sum()(x)
 * deepStrictEqual(pipe(evaluate(map(total)(tensor([[1, 2], [3, 4]]))), E.map(toNested)), E.right([3, 7]))
 * ```
 *
 * @since 0.1.0
 * @category control
 */
export const map =
  <X, Y>(f: (slice: X) => Y): MapOver<X, Y> =>
  <const I extends Stacked<number, X>>(xs: I & SlicesCheck<I, number, 'map'>) =>
    looped('map', (_, x) => [[], f(x as X)], {}, [], xs)[1] as Batched<LengthOf<I, number>, Y>
