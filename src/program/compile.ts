/**
 * From descriptions to values.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Expr } from '../graph/Expr.js'
import type { CompileError, RunError } from '../graph/failure.js'
import { nodesOf } from '../graph/leaves.js'
import { scopeRecorder } from '../graph/place.js'
import type { Run } from '../graph/program.js'
import type { Region } from '../graph/Region.js'
import { merged, program } from '../reference/evaluate.js'
import type { Mutable, Shape } from '../shape/index.js'
import type { DType } from '../tensor/DType.js'
import type { Tensor } from '../tensor/Tensor.js'
import { refill } from '../tensor/Tree.js'
import {
  explanationOf,
  compileModule,
  optimized,
  programAsync,
  program as module,
  type Explanation
} from '../wasm/index.js'
import { calling } from './call.js'
import { onInputs, type Traced } from './inputs.js'

export { showExplanation, type BufferReport, type Explanation, type KernelReport } from '../wasm/index.js'

/**
 * What turns a graph into a function of tensors. The reference engine defines the meaning of every operation; others must agree with it.
 *
 * @since 0.1.0
 * @category engines
 */
export interface Engine {
  readonly name: string
  readonly compile: (region: Region) => E.Either<CompileError, Run>
  /** The same for `compileAsync`, where the engine has a way that lets others go on in the meantime. */
  readonly compileAsync?: (region: Region) => TE.TaskEither<CompileError, Run>
  /** The program after what the engine does to graphs: what it runs, operation by operation, for those who look for one. The same region unless given. */
  readonly optimized?: (region: Region) => Region
}

/**
 * Plain loops over typed arrays: f64 exact, f32 rounded after each operation.
 *
 * @since 0.1.0
 * @category engines
 */
export const reference: Engine = { name: 'reference', compile: program, optimized: merged }

/**
 * One WebAssembly module for a whole program, with fused kernels and memory planned in advance: the engine of `compile`. It agrees with the
 * reference engine to rounding, and with itself to the bit, on every machine. Primitives of a user's own (`primitive`) are called
 * between the kernels of the module, on tensors copied from its memory; `explain` lists them as JavaScript. Pages with a content security policy need `script-src 'wasm-unsafe-eval'`.
 *
 * @since 0.1.0
 * @category engines
 */
export const wasm: Engine = {
  name: 'wasm',
  compile: module,
  compileAsync: programAsync,
  optimized
}

/**
 * The shape and dtype of an argument. A tensor describes itself.
 *
 * @since 0.1.0
 * @category model
 */
export interface Spec<S = Shape, out D extends DType = DType> {
  readonly _tag: string
  readonly shape: Readonly<S>
  readonly dtype: D
}

/**
 * Describes an argument of a compiled function.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { spec } from 'adjoint'
 *
 * deepStrictEqual(spec([2, 3]), { _tag: 'Spec', shape: [2, 3], dtype: 'f32' })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const spec = <const S extends Shape, D extends DType = 'f32'>(
  shape: S,
  dtype?: D
): Spec<Mutable<S>, D> => ({
  _tag: 'Spec',
  shape: [...shape] as Mutable<S>,
  dtype: dtype ?? ('f32' as D)
})

/**
 * A tree of expressions as a tree of their tensors.
 *
 * @since 0.1.0
 * @category model
 */
export type Values<T> =
  T extends Expr<infer S, infer D>
    ? Tensor<S, D>
    : T extends object
      ? { readonly [K in keyof T]: Values<T[K]> }
      : T

/**
 * A tree of expressions as a tree of their descriptions.
 *
 * @since 0.1.0
 * @category model
 */
export type Specs<T> =
  T extends Expr<infer S, infer D>
    ? Spec<S, D>
    : T extends object
      ? { readonly [K in keyof T]: Specs<T[K]> }
      : T

/**
 * The tensor of an expression, or of every expression in a tree. What occurs several times is computed once.
 *
 * Errors: everything invalid in the graph (`CompileError`), values without an answer such as an index out of range (`RunError`).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, evaluate, item, tensor } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * deepStrictEqual(pipe(tensor(1), add(2), evaluate, E.map(item)), E.right(3))
 * ```
 *
 * @since 0.1.0
 * @category running
 */
export const evaluate = <T>(tree: T): E.Either<CompileError | RunError, Values<T>> =>
  pipe(
    reference.compile({ parameters: [], results: nodesOf(tree) }),
    E.chainW((run) => run([])),
    E.map((values) => refill(tree, values) as Values<T>)
  )

/**
 * A function applied to named inputs of the given shapes: its graph, to be printed or checked rather than run.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { mul, spec, trace, type Expr } from 'adjoint'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const double = (x: Expr<[2], 'f32'>) => pipe(x, mul(2))
 * deepStrictEqual(trace(double)(spec([2])).shape, [2])
 * ```
 *
 * @since 0.1.0
 * @category running
 */
export const trace =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R) =>
  (...specs: Specs<A>): R =>
    onInputs(f, specs).result

/** A run of leaves as a function of trees, which checks its arguments. */
const onTrees =
  <A extends ReadonlyArray<unknown>, R>(specs: Specs<A>, { parameters, result }: Traced<R>) =>
  (run: Run) => {
    const call = calling(specs, parameters, result, run)
    return (...args: Values<A>) => call(args) as E.Either<RunError, Values<R>>
  }

/**
 * Compiles a function of expression trees to a function of tensor trees, for arguments of the given shapes. Examples (tensors) serve as
 * descriptions.
 *
 * The engine is `wasm`, unless another is given, as in `compile(f, reference)`.
 *
 * Errors: everything invalid in the graph and what the engine lacks, now (`CompileError`); arguments that are not as described and values
 * without an answer, at each call (`RunError`).
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { compile, mul, spec, tensor, toNested, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const double = compile((x: Expr<[2], 'f32'>) => pipe(x, mul(2)))(spec([2]))
 * deepStrictEqual(pipe(double, E.chainW((run) => run(tensor([1, 2]))), E.map(toNested)), E.right([2, 4]))
 * ```
 *
 * @since 0.1.0
 * @category running
 */
export const compile =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R, engine: Engine = wasm) =>
  (...specs: Specs<A>): E.Either<CompileError, (...args: Values<A>) => E.Either<RunError, Values<R>>> => {
    const traced = onInputs(f, specs)
    return pipe(engine.compile(traced), E.map(onTrees(specs, traced)))
  }

/**
 * `compile` as a task: browsers do not let the main thread compile large modules at once, and other threads compile while this one goes on.
 * The program is the same, to the bit. Engines that cannot wait compile when the task runs.
 *
 * Errors: as for `compile`; the task does not reject.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { compileAsync, mul, spec, tensor, toNested, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const double = await compileAsync((x: Expr<[2], 'f32'>) => pipe(x, mul(2)))(spec([2]))()
 * deepStrictEqual(pipe(double, E.chainW((run) => run(tensor([1, 2]))), E.map(toNested)), E.right([2, 4]))
 * ```
 *
 * @since 0.1.0
 * @category running
 */
export const compileAsync =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R, engine: Engine = wasm) =>
  (
    ...specs: Specs<A>
  ): TE.TaskEither<CompileError, (...args: Values<A>) => E.Either<RunError, Values<R>>> => {
    const traced = onInputs(f, specs)
    const task = engine.compileAsync?.(traced) ?? TE.fromIOEither(() => engine.compile(traced))
    return pipe(task, TE.map(onTrees(specs, traced)))
  }

/**
 * What `compile(f)` makes for the `wasm` engine, as data: the kernels with the operations fused in each, their work, the size of their code, and
 * the plan of the memory. `showExplanation` prints it.
 *
 * Errors: as for `compile`, but for what a host may refuse.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { add, explain, mul, spec, sum, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const f = (x: Expr<[2, 3], 'f32'>) => pipe(x, mul(2), add(1), sum())
 * const kernels = pipe(explain(f)(spec([2, 3])), E.map((e) => e.kernels.map((k) => k.operations)))
 * deepStrictEqual(kernels, E.right([['mul', 'add', 'sum']]))
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const explain =
  <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R) =>
  (...specs: Specs<A>): E.Either<CompileError, Explanation> =>
    pipe(compileModule(onInputs(f, specs, scopeRecorder())), E.map(explanationOf))
