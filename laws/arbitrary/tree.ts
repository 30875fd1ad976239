/** Trees of tensors: random ones, and random values for a given one. */
import * as fc from 'fast-check'
import type { Spec } from '../../src/program/compile.js'
import type { DType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { leavesOf, refill } from '../../src/tensor/Tree.js'
import type { ValueOptions } from './cell.js'
import { anyTensor, tensor, type AnyTensorOptions } from './tensor.js'

/**
 * A tree of expressions, tensors or descriptions as a tree of tensors.
 *
 * @since 0.1.0
 * @category model
 */
export type TensorsLike<T> =
  T extends Spec<infer S, infer D>
    ? Tensor<S, D>
    : T extends object
      ? { readonly [K in keyof T]: TensorsLike<T[K]> }
      : T

/**
 * Random values for a tree of parameters: the same structure, shapes and dtypes. Leaves may be tensors, expressions or descriptions (`spec`);
 * they shrink to 1, 0 and short decimals.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key, spec, sum, tanh, type Expr } from 'adjoint'
 * import { apply, dense, init, sequential, type Params } from 'adjoint/nn'
 * import { arbitrary, gradientLaw } from 'adjoint/laws'
 *
 * const net = sequential(dense(2, 3), tanh)
 * type Arguments = { readonly params: Params<typeof net>; readonly x: Expr<[2], 'f32'> }
 * const model = gradientLaw({
 *   name: 'a model',
 *   f: ({ params, x }: Arguments) => sum()(apply(net)(params)(x)),
 *   arbitrary: arbitrary.like({ params: init(net)(key(0)), x: spec([2]) }),
 *   numRuns: 5
 * })
 * deepStrictEqual(E.isRight(model.check()), true)
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const like = <P>(tree: P, options: Omit<ValueOptions, 'dtype'> = {}): fc.Arbitrary<TensorsLike<P>> => {
  const leaves = leavesOf(tree).map(({ shape, dtype }) =>
    tensor({ ...options, shape: shape as ReadonlyArray<number>, dtype: dtype as DType })
  )
  return fc.tuple(...leaves).map((values) => refill(tree, values) as TensorsLike<P>)
}

/**
 * A tree of tensors.
 *
 * @since 0.1.0
 * @category model
 */
export type ParameterTree = Tensor | ReadonlyArray<ParameterTree> | { readonly [name: string]: ParameterTree }

/**
 * What trees to make: how deep, and with what tensors.
 *
 * @since 0.1.0
 * @category model
 */
export interface ParametersOptions<D extends DType = DType> extends AnyTensorOptions<D> {
  readonly maxDepth?: number
}

const names = ['w', 'b', 'scale', 'layers', 'head'] as const

/** Up to three entries under different names, in any order. */
const recordOf = (entry: fc.Arbitrary<ParameterTree>): fc.Arbitrary<ParameterTree> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), entry), { maxLength: 3, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries))

const treeOf = (leaf: fc.Arbitrary<Tensor>, depth: number): fc.Arbitrary<ParameterTree> => {
  if (depth === 0) return leaf
  const part = treeOf(leaf, depth - 1)
  return fc.oneof({ withCrossShrink: true }, leaf, fc.array(part, { maxLength: 3 }), recordOf(part))
}

/**
 * Trees of tensors: records, arrays and tensors nested in each other, empty ones among them. They shrink to a single tensor where that will
 * do.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import * as fc from 'fast-check'
 * import { arbitrary } from 'adjoint/laws'
 *
 * const trees = fc.sample(arbitrary.parameters({ dtype: 'f32', maxRank: 2 }), 100)
 * ok(trees.some(Array.isArray) && trees.some((t) => '_tag' in t) && trees.some((t) => 'w' in t))
 * ```
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const parameters = ({
  maxDepth = 2,
  ...options
}: ParametersOptions = {}): fc.Arbitrary<ParameterTree> => treeOf(anyTensor(options), maxDepth)
