/** The running combinations of control.json in terms of the public API, by name. */
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../src/index.js'
import { program, type M, type Programs, type S, type T, type V } from './controlPrograms.js'

const product = (a: S, b: S): S => A.mul(b)(a)

interface Affine {
  readonly a: S
  readonly b: S
}

const composed = (f: Affine, g: Affine): Affine => ({
  a: A.mul(g.a)(f.a),
  b: pipe(f.b, A.mul(g.a), A.add(g.b))
})

const logSum = (w: S) => (a: S, b: S) => {
  const weight = (x: S) => pipe(x, A.mul(w), A.exp)
  return pipe(weight(a), A.add(weight(b)), A.log, A.div(w))
}

export const associative: Programs = {
  'associativeScan: products': program((xs: V<5>) => A.associativeScan(product)(xs)),
  'associativeScan: matrix products, in reverse': program((xs: T<6, 2, 2>) =>
    A.associativeScan((a: M<2, 2>, b: M<2, 2>) => pipe(a, A.matmul(b)), { reverse: true })(xs)
  ),
  'associativeScan: a linear recurrence': program((a: V<7>, b: V<7>) => {
    const y = A.associativeScan(composed)({ a, b })
    return [y.a, y.b]
  }),
  'associativeScan: logarithms of sums': program((xs: V<8>, w: S) => A.associativeScan(logSum(w))(xs)),
  'associativeScan: the order of combinations': program((xs: M<11, 2>, w: V<2>) =>
    A.associativeScan((a: V<2>, b: V<2>) => pipe(a, A.mul(w), A.sin, A.add(pipe(b, A.cos, A.mul(a)))))(xs)
  ),
  'associativeScan: the order of combinations, in reverse': program((xs: V<10>) =>
    A.associativeScan((a: S, b: S) => pipe(a, A.sin, A.mul(b), A.add(a)), { reverse: true })(xs)
  ),
  'associativeScan: one element': program((xs: M<1, 2>) =>
    A.associativeScan((a: V<2>, b: V<2>) => A.mul(b)(a))(xs)
  ),
  'vmap of associativeScan': program((xs: M<3, 5>, ws: V<3>) =>
    A.vmap((x: V<5>, w: S) =>
      A.associativeScan((a: S, b: S) => pipe(a, A.mul(b), A.add(pipe(a, A.add(b), A.mul(w)))))(x)
    )(xs, ws)
  ),
  'associativeScan in scan': program((c0: V<4>, rows: M<3, 4>) =>
    A.scan((c: V<4>, row: V<4>) => {
      const y: V<4> = A.associativeScan(product)(pipe(row, A.mul(c), A.sin))
      const last = pipe(y, A.slice([[3, 4]]), A.reshape([]))
      return [pipe(c, A.mul(last), A.add(c)), y]
    })(c0, rows)
  ),
  'grad of associativeScan': program((xs: V<6>, w: S) =>
    A.grad(([ys, v]: readonly [V<6>, S]) =>
      pipe(A.associativeScan((a: S, b: S) => pipe(a, A.mul(b), A.mul(v)))(ys), A.square, A.sum())
    )([xs, w])
  )
}
