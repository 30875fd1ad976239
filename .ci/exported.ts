// Exports of a user's library, of which the compiler writes declarations: each name in them must be found in an entry.
import { add, exp, sum, type Expr } from 'adjoint'
import { dense, relu, sequential } from 'adjoint/nn'
import { pipe } from 'fp-ts/lib/function.js'

export const exponential = exp
export const total = sum
export const activation = relu
export const net = sequential(dense(2, 3), relu)
export const shifted = <N extends number>(x: Expr<[N, 3], 'f32'>, b: Expr<[3], 'f32'>) => pipe(x, add(b))
export const columns = <N extends number>(x: Expr<[N, 3], 'f32'>) => pipe(x, sum(0))
