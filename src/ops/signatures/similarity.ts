/**
 * Types of functions that compare along an axis, when they have their mask or their other operand.
 *
 * @since 0.1.0
 */
import type { Expr } from '../../graph/Expr.js'
import type {
  BroadcastTo,
  Check,
  DTypeCheck,
  FloatOnly,
  HasAxis,
  ReduceShape,
  SameShape
} from '../../shape/index.js'
import type { DType } from '../../tensor/DType.js'

/**
 * Softmax along the axis `X` where a mask of shape `M` allows it.
 *
 * @since 0.1.0
 * @category model
 */
export interface MaskedSoftmaxBy<M, X extends number> {
  <S, D extends DType>(
    x: Expr<S, D> &
      Check<HasAxis<S, X, 'maskedSoftmax'>> &
      Check<BroadcastTo<M, S>> &
      FloatOnly<'maskedSoftmax'>[D]
  ): Expr<S, D>
}

/**
 * The cosine of the angle with `Expr<B, DB>` along the axis `X`.
 *
 * @since 0.1.0
 * @category model
 */
export interface CosineSimilarityTo<B, DB extends DType, X extends number> {
  <A, DA extends DType>(
    a: Expr<A, DA> &
      Check<SameShape<A, B, 'cosineSimilarity'>> &
      Check<HasAxis<A, X, 'cosineSimilarity'>> &
      DTypeCheck<DA, DB, 'cosineSimilarity'> &
      FloatOnly<'cosineSimilarity'>[DA]
  ): Expr<ReduceShape<A, X, false, 'cosineSimilarity'>, DA>
}
