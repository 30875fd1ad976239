/** Parameter trees as vectors: what gradients are made of, and what optimizers add up. */
import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as make from '../../src/graph/make.js'
import { showError } from '../../src/graph/failure.js'
import { node, type Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { evaluate } from '../../src/program/compile.js'
import { applyUpdates } from '../../src/optim/index.js'
import { range } from '../../src/tensor/dims.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { leavesLike, leavesOf, mapLeaves } from '../../src/tensor/Tree.js'
import { flat } from '../oracle/run.js'
import type { InnerProductSpace } from './vectorSpace.js'

/**
 * Trees of floating-point tensors of one structure.
 *
 * @since 0.1.0
 * @category model
 */
export interface TreeSpaceSource<P> {
  readonly name: string
  /** A tree of the structure, shapes and dtypes that all have. */
  readonly like: P
  readonly arbitrary: fc.Arbitrary<P>
}

const mapped = <P>(tree: P, f: (x: Value) => Value): P => mapLeaves(tree, (l) => f(node(l))) as P

const product = (a: Value, b: Value): Value =>
  make.reduce('sum', range(0, a.shape.length), make.convert('f64', make.binary('mul', a, b)))

/** The sum over all leaves of their products, summed in double precision. */
const dot = (a: unknown, b: unknown): Value => {
  const ys = leavesLike(a, b).map((l) => node(l))
  return leavesOf(a)
    .map((l, i) => product(node(l), ys[i] ?? node(l)))
    .reduce((x, y) => make.binary('add', x, y), full(0, { shape: [], dtype: 'f64' }))
}

const numbers = (tree: unknown): E.Either<string, Float64Array> =>
  pipe(
    evaluate(leavesOf(tree)),
    E.bimap(showError, (ts) => flat(ts as ReadonlyArray<Tensor>))
  )

/**
 * Parameter trees of one structure as an inner product space: leaves are added as `applyUpdates` adds them, and multiplied element by element.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as fc from 'fast-check'
 * import { tensor, type Tensor } from 'adjoint'
 * import { treeSpace } from 'adjoint/laws'
 *
 * const v: { readonly w: Tensor<readonly [2], 'f32'> } = { w: tensor([1, 2]) }
 * const { add, inner, scale } = treeSpace({ name: 'weights', like: v, arbitrary: fc.constant(v) })
 * deepStrictEqual(inner(add(v, scale(2, v)), v), E.right(15))
 * ```
 *
 * @since 0.1.0
 * @category instances
 */
export const treeSpace = <P>({ name, like, arbitrary }: TreeSpaceSource<P>): InnerProductSpace<P> => ({
  name,
  add: (a, b) => applyUpdates(b)(a),
  scale: (k, v) => mapped(v, (x) => make.binary('mul', full(k, x), x)),
  zero: mapped(like, (x) => full(0, x)),
  components: numbers,
  inner: (a, b) => E.map((xs: Float64Array) => xs[0] ?? NaN)(numbers(dot(a, b))),
  arbitrary,
  precision: leavesOf(like).some((l) => l.dtype === 'f32') ? 'f32' : 'f64'
})
