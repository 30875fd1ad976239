/**
 * Where the first NaN came from.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { causes, invalid, showAval } from '../../graph/error.js'
import type { Aval } from '../../graph/Expr.js'
import { compileError, type CompileError, type RunError } from '../../graph/failure.js'
import { recorder } from '../../graph/place.js'
import type { Region } from '../../graph/Region.js'
import { calling } from '../../program/call.js'
import { wasm, type Engine, type Values } from '../../program/index.js'
import { onInputs } from '../../program/inputs.js'
import { elements, type Tensor } from '../../tensor/Tensor.js'
import { leavesOf, locate } from '../../tensor/Tree.js'
import { causeOf, type Cause, type Found } from './Cause.js'
import { badInput, programsOf, search, type Failure, type Search } from './find.js'
import { isAboutFinite, judgesOf, shownBy, type CauseKind } from './kinds.js'
import { watched } from './watch.js'

/**
 * What `traceNaN` looks for, NaN and infinities unless told, and the engine whose bits it looks at, `wasm` unless told.
 *
 * @since 0.1.0
 * @category model
 */
export interface TraceOptions {
  readonly find?: ReadonlyArray<CauseKind>
  readonly engine?: Engine
}

/**
 * A function that tells causes: of the arguments of the traced one, as tensors.
 *
 * @since 0.1.0
 * @category model
 */
export interface TraceNaN<A extends ReadonlyArray<unknown>> {
  (...args: Values<A>): E.Either<CompileError | RunError, O.Option<Cause>>
}

/**
 * A function that tells values and causes.
 *
 * @since 0.1.0
 * @category model
 */
export interface ValueAndCause<A extends ReadonlyArray<unknown>, R> {
  (...args: Values<A>): E.Either<CompileError | RunError, readonly [value: Values<R>, cause: O.Option<Cause>]>
}

interface Settings {
  readonly find: ReadonlyArray<CauseKind>
  readonly engine: Engine
}

/** A function traced for arguments of some shapes. */
type Ready = (args: ReadonlyArray<unknown>) => E.Either<Failure, readonly [unknown, O.Option<Cause>]>

const isEither = (u: unknown): boolean =>
  typeof u === 'object' && u !== null && '_tag' in u && (u._tag === 'Left' || u._tag === 'Right')

const compiled = (): CompileError =>
  compileError(
    causes([
      invalid(
        'traceNaN',
        [],
        'takes the function that was compiled rather than what compile made of it, which has no operations to look at; give it that function'
      )
    ])
  )

/** The searches in the order of their worth: what led to a bad result before what was hidden on the way, operations before arguments. */
const searched = (
  region: Region,
  xs: ReadonlyArray<Tensor>,
  { find }: Settings,
  programs: Search['programs']
) => {
  const [judges, shown] = [judgesOf(find), shownBy(find)]
  const attempts = [true, false].flatMap((isLeading) => [
    ...judges.map(
      (judge) => () =>
        search({ judge, isLeading, canSkip: isAboutFinite(find), shown, programs }, region, xs, [])
    ),
    () => E.right(badInput(region, xs, shown))
  ])
  for (const attempt of attempts) {
    const found: E.Either<Failure, Found | undefined> = attempt()
    if (E.isLeft(found) || found.right !== undefined) return found
  }
  return E.right(undefined)
}

const ready = (
  f: (...args: ReadonlyArray<unknown>) => unknown,
  args: ReadonlyArray<unknown>,
  settings: Settings
): E.Either<CompileError, Ready> => {
  const traced = onInputs(f, args, recorder())
  if (isEither(traced.result)) return E.left(compiled())
  const { engine, find } = settings
  const region: Region = engine.optimized?.(traced) ?? traced
  const programs = programsOf(engine)
  const run = engine.compile(watched(region))
  if (E.isLeft(run)) return run
  const flag = { _tag: 'Spec', shape: [], dtype: 'f32' } as const
  const call = calling(args, traced.parameters, [traced.result, flag], run.right)
  return E.right((values) => {
    const made = call(values)
    if (E.isLeft(made)) return made
    const [value, rings] = made.right as readonly [unknown, Tensor]
    if (!Number.isNaN(elements(rings)[0]) && isAboutFinite(find)) return E.right([value, O.none])
    const found = searched(region, leavesOf(values) as ReadonlyArray<Tensor>, settings, programs)
    return E.map((x: Found | undefined) => [value, O.fromNullable(x && causeOf(x))] as const)(found)
  })
}

const signature = (args: ReadonlyArray<unknown>): string =>
  locate(args)
    .map(({ path, leaf }) => `${path} ${showAval(leaf as Aval)}`)
    .join('\n')

/**
 * The value of a function and the cause of the first number that is not finite in it: a compiled function that watches itself. For trainings that are to
 * stop at the step where something goes wrong: the state stays in the memory of the program, so that a step takes little longer than it does unwatched.
 * Values are those of `compile(f)`, to the bit; the cause is that of `traceNaN`.
 *
 * Errors: those of `traceNaN`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { item, sqrt, tensor, type Expr } from 'adjoint'
 * import { valueAndCause } from 'adjoint/train'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as O from 'fp-ts/lib/Option.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const root = valueAndCause((x: Expr<[], 'f32'>) => sqrt(x))
 * const told = (x: number) => pipe(root(tensor(x)), E.map(([y, cause]) => [item(y), O.isSome(cause)]))
 * deepStrictEqual([4, -4].map(told), [E.right([2, false]), E.right([NaN, true])])
 * ```
 *
 * @since 0.1.0
 * @category running
 */
export const valueAndCause = <A extends ReadonlyArray<unknown>, R>(
  f: (...args: A) => R,
  { find = ['nan', 'infinity'], engine = wasm }: TraceOptions = {}
): ValueAndCause<A, R> => {
  let known: readonly [string, E.Either<CompileError, Ready>] | undefined
  const of = f as (...args: ReadonlyArray<unknown>) => unknown
  return (...args) => {
    const asked = signature(args)
    if (known?.[0] !== asked) known = [asked, ready(of, args, { find, engine })]
    const [, made] = known
    return E.isLeft(made)
      ? made
      : (made.right(args) as E.Either<Failure, readonly [Values<R>, O.Option<Cause>]>)
  }
}

/**
 * Where the first number that is not finite comes from: `traceNaN(f)(...args)` runs `f` as `compile(f)` does, to the bit, and answers with the first
 * operation whose result is not finite while its operands are, or with nothing if there is none. The cause has the operation, its operands and their
 * values, the line of the program that asked for it, the scopes around it (`named`, `sequential`), the step of the loop, and whether it belongs to a
 * derivative. `showCause` prints it.
 *
 * What led to a bad result comes before what was hidden on the way, such as a branch not taken. Where no operands are finite because infinities are
 * meant, as in masks, the cause is the first NaN of operands that are not NaN. If an argument is not finite to begin with, that is the cause.
 *
 * Errors: those of compiling and running; a compiled function in the place of `f`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { div, sqrt, sub, tensor, type Expr } from 'adjoint'
 * import { traceNaN } from 'adjoint/train'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as O from 'fp-ts/lib/Option.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const f = (x: Expr<[2], 'f32'>) => pipe(x, sub(2), sqrt, div(3))
 * const found = (x: readonly [number, number]) =>
 *   pipe(traceNaN(f)(tensor(x)), E.map(O.map(({ operation, operands, index }) => [operation, operands[0]?.value, index])))
 * deepStrictEqual(found([2, 3]), E.right(O.none))
 * deepStrictEqual(found([2, 1]), E.right(O.some(['sqrt', -1, [1]])))
 * ```
 *
 * @since 0.1.0
 * @category running
 */
export const traceNaN = <A extends ReadonlyArray<unknown>, R>(
  f: (...args: A) => R,
  options: TraceOptions = {}
): TraceNaN<A> => {
  const both = valueAndCause(f, options)
  return (...args) => E.map(([, cause]: readonly [unknown, O.Option<Cause>]) => cause)(both(...args))
}
