// Must compile, with exactly these types: shapes that are known in part, and what data and codecs say of them.
import { pipe } from 'fp-ts/lib/function.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Expr, RunError, Tensor } from 'adjoint'
import * as A from 'adjoint'
import * as data from 'adjoint/data'
import { is, x } from './prelude.js'

// Shapes cannot be changed, and codecs, which say so in their types, give what compiled functions take.
declare const decoded: Tensor<readonly [2, 3], 'f32'>
declare const run: (params: { readonly w: Tensor<[2, 3], 'f32'> }) => void
run({ w: decoded })
export const sizes: readonly [2, 3] = x.shape

// A hole in front takes a generic size; axes that are kept may be generic.
export const heads = <T extends number>(v: Expr<[T, 32], 'f32'>): Expr<[T, 4, 8], 'f32'> =>
  pipe(v, A.reshape([-1, 4, 8]))
export const joined = <T extends number>(v: Expr<[T, 4, 8], 'f32'>): Expr<[T, 32], 'f32'> =>
  pipe(v, A.reshape([-1, 32]))
export const firstHalf = <T extends number>(v: Expr<[T, 6], 'f32'>): Expr<[T, 3], 'f32'> =>
  pipe(v, A.slice([null, [0, 3]]))

// A batch has its size where all batches have one.
declare const inputs: Tensor<[100, 4], 'f32'>
is<Either<RunError, ReadonlyArray<data.Indices<32>>>>()(
  data.batches({ count: 100, size: 32, dropLast: true })(A.key(0)),
  true
)
declare const places: data.Indices<32>
is<Either<RunError, Tensor<[32, 4], 'f32'>>>()(data.rows(places)(inputs), true)
