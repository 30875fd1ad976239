/** The branches, loops of unknown length, batches and derivatives of control.json in terms of the public API, by name. */
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../src/index.js'
import { integer, number, program, real, twice } from './controlPrograms.js'
import type { I, M, Program, Programs, S, T, V } from './controlPrograms.js'

interface Timed {
  readonly t: S
  readonly y: V<2>
  readonly n: I
}

const timed = ({ t, y, n }: Timed): Timed => {
  const dt = pipe(y, A.square, A.sum(), A.mul(0.05), A.add(0.1))
  return { t: A.add(dt)(t), y: pipe(y, A.mul(pipe(dt, A.neg, A.add(1)))), n: A.add(1)(n) }
}

const timedWhile = (bound: { readonly bound?: number }): Program =>
  program((y: V<2>, end: S) => {
    const last = A.whileLoop((c: Timed) => A.lt(end)(c.t), timed, bound)({ t: number(0), y, n: integer(0) })
    return [last.t, last.y, real(last.n)]
  })

const shrunk = (s: S) => (x: S) => pipe(x, A.sin, A.mul(0.1), A.add(A.mul(s)(x)))

const isLarge = (x: S) => A.gt(1)(x)

const whileInScan = (bound: { readonly bound?: number }): Program =>
  program((c0: S, xs: V<3>) =>
    A.scan((c: S, x: S) => {
      const body = (y: S) => pipe(c, A.sin, A.mul(0.1), A.add(A.mul(0.7)(y)))
      const y = A.whileLoop(isLarge, body, bound)(x)
      return [A.add(y)(c), y]
    })(c0, xs)
  )

export const untilTheEnd: Programs = {
  'whileLoop with bound: Newton': program((a: S, x0: S) => {
    const isFar = (x: S) => pipe(x, A.square, A.sub(a), A.abs, A.gt(1e-2))
    return A.whileLoop(isFar, (x: S) => pipe(a, A.div(x), A.add(x), A.mul(0.5)), { bound: 12 })(x0)
  }),
  'whileLoop with bound: reached': program((a: S, x0: S) => {
    const step = (x: S) => pipe(x, A.mul(a), A.add(1))
    return A.whileLoop((x: S) => A.lt(1e3)(x), step, { bound: 3 })(x0)
  }),
  'whileLoop with bound: no steps': program((x0: V<2>, a: V<2>) => {
    const isFar = (x: V<2>) => pipe(x, A.square, A.sum(), A.gt(100))
    return A.whileLoop(isFar, (x: V<2>) => A.mul(a)(x), { bound: 4 })(A.mul(a)(x0))
  }),
  'whileLoop with bound: until small': program((x0: V<3>, s: S) => {
    const isFar = (x: V<3>) => pipe(x, A.square, A.sum(), A.gt(s))
    return A.whileLoop(isFar, (x: V<3>) => pipe(x, A.sin, A.mul(0.1), A.add(A.mul(s)(x))), { bound: 20 })(x0)
  }),
  'whileLoop with bound: trees and a counter': timedWhile({ bound: 9 }),
  'whileLoop: until small': program((x: S, s: S) => A.whileLoop(isLarge, shrunk(s))(x)),
  'whileLoop: trees and a counter': timedWhile({}),
  'whileLoop in scan': whileInScan({}),
  'whileLoop with bound in scan': whileInScan({ bound: 10 })
}

const sineTimes = (w: S) => (x: S) => pipe(x, A.sin, A.mul(w))

const three = [(x: S): S => A.sin(x), (x: S): S => A.pow(3)(x), (x: S): S => pipe(x, A.neg, A.exp)] as const

const mode = (c: S, x: S) =>
  A.cond(
    A.gt(0.2)(c),
    (y: S) => pipe(y, A.sin, A.sub(A.square(x))),
    (y: S) => pipe(y, A.square, A.add(A.exp(x)))
  )(c)

export const branches: Programs = {
  'cond: one way and the other': program((x: S, y: S, w: S) => {
    const other = (z: S) => pipe(z, A.square, A.mul(A.exp(w)))
    return [x, A.neg(y)].map((z) => A.cond(A.gt(0)(z), sineTimes(w), other)(z))
  }),
  'cond: nested': program((a: S, b: S, c: S, d: S) => {
    const above = (x: S) => A.cond(A.gt(1)(x), (y: S) => A.sin(y), A.cos)(x)
    const below = (x: S) => A.cond(pipe(x, A.square, A.gt(1)), (y: S) => A.pow(3)(y), A.exp)(x)
    return [a, b, c, pipe(A.abs(d), A.neg, A.sub(1.1))].map((x) => A.cond(A.gt(0)(x), above, below)(x))
  }),
  'cond: trees and captured values': program((x: V<2>, y: S, a: V<2>, b: S) => {
    const up = (p: V<2>, q: S) => ({ p: A.mul(a)(p), q: pipe(p, A.sum(), A.mul(q)) })
    const down = (p: V<2>, q: S) => ({ q: pipe(q, A.mul(b), A.sin), p: A.mul(b)(p) })
    const of = (limit: number) => A.cond(pipe(a, A.sum(), A.gt(limit)), up, down)(x, y)
    return [of(50), of(-50)].flatMap(({ p, q }) => [p, q])
  }),
  'cond: constant branch': program((x: S, y: S) => {
    const fixed = (_: S): S => number(3)
    const sine = (z: S) => pipe(z, A.mul(y), A.sin)
    return [A.lt(9)(x), A.gt(9)(x)].map((condition) => A.cond(condition, fixed, sine)(x))
  }),
  'cond: undefined where not taken': program((x: S) => {
    const other = (y: S) => pipe(y, A.neg, A.sqrt, A.div(0))
    return A.cond(A.gt(0)(x), (y: S) => pipe(y, A.sqrt, A.mul(A.log(y))), other)(x)
  }),
  'choose: indices in and out of range': program((x: S) =>
    [-3, 0, 1, 2, 7].map((i) => A.choose(integer(i), three)(x))
  ),
  'choose: index of data': program((x: S, w: V<2>) => {
    const by = (y: S, v: V<2>) => A.mul(y)(v)
    const index = pipe(x, A.floor, A.convert('i32'))
    return A.choose(index, [by, (y: S, v: V<2>) => A.sin(by(y, v)), (y: S, v: V<2>) => A.add(y)(v)])(x, w)
  }),
  'choose: one branch': program((x: V<2>) =>
    A.choose(integer(4), [(y: V<2>) => pipe(y, A.sin, A.mul(y))])(x)
  ),
  'cond in scan on the carry': program((c0: S, xs: V<6>) =>
    A.scan((c: S, x: S) => twice(mode(c, x)))(c0, xs)
  ),
  'choose in scan by inputs': program((c0: S, xs: V<5>) => {
    const step = (c: S, [i, x]: readonly [I, S]) => [A.choose(i, three)(A.mul(x)(c)), c] as const
    return A.scan(step)(c0, [A.tensor([2, 0, 1, -1, 5], 'i32'), xs])
  }),
  'scan in cond': program((c0: S, xs: V<4>, w: S) => {
    const step = (c: S, x: S) => [pipe(c, A.mul(w), A.add(x), A.sin), A.mul(x)(c)] as const
    const plain = (c: S, x: V<4>) => [A.mul(w)(c), A.square(x)] as const
    const conditions = [A.gt(0)(w), A.lt(0)(w)]
    return conditions.flatMap((p) => A.cond(p, (c: S, x: V<4>) => A.scan(step)(c, x), plain)(c0, xs))
  }),
  'checkpoint: network': program((x0: M<2, 3>, w0: M<3, 2>, b0: V<2>) => {
    const network = (x: M<2, 3>, w: M<3, 2>, b: V<2>) => pipe(x, A.matmul(w), A.sin, A.add(b), A.tanh)
    return A.checkpoint(network)(x0, w0, b0)
  }),
  'checkpoint: captured values': program((x0: V<3>, w: V<3>) => {
    const inner = A.checkpoint((x: V<3>) => pipe(x, A.mul(w), A.sin, A.exp))
    return A.checkpoint((x: V<3>) => pipe(inner(x), A.mul(A.sum()(inner(A.mul(w)(x))))))(x0)
  }),
  'checkpoint in scan': program((h0: V<2>, xs: M<4, 2>, w: M<2, 2>) => {
    const step = A.checkpoint((h: V<2>, x: V<2>) => pipe(h, A.matmul(w), A.sin, A.add(x), A.tanh))
    return A.scan((h: V<2>, x: V<2>) => [step(h, x), A.sum()(h)])(h0, xs)
  }),
  'scan in checkpoint': program((h0: V<2>, xs0: M<4, 2>, w: M<2, 2>) => {
    const step = (h: V<2>, x: V<2>) => [pipe(h, A.matmul(w), A.add(x), A.tanh), A.mul(x)(h)] as const
    return A.checkpoint((h: V<2>, xs: M<4, 2>) => A.scan(step)(h, xs))(h0, xs0)
  })
}

/** A recurrent cell of one number. */
const cell = (w: S) =>
  A.scan((c: S, x: S) => {
    const next = pipe(c, A.mul(w), A.add(x), A.tanh)
    return [next, A.mul(x)(next)]
  })

export const batches: Programs = {
  'vmap of scan': program((cs: V<3>, xs: M<3, 4>, w: S) => A.vmap((c: S, x: V<4>) => cell(w)(c, x))(cs, xs)),
  'vmap of scan: first carry shared': program((xs: M<3, 4>, c: S, w: S) =>
    A.vmap((x: V<4>) => cell(w)(c, x))(xs)
  ),
  'vmap of scan: inputs shared': program((cs: V<3>, xs: V<4>, w: S) => A.vmap((c: S) => cell(w)(c, xs))(cs)),
  'vmap of scan: a carry that becomes different': program((ws: V<3>, xs: V<4>) => {
    const step =
      (w: S) =>
      ([a, b, c]: readonly [S, S, S], x: S) =>
        [[b, c, pipe(a, A.mul(x), A.add(w))], A.mul(x)(a)] as const
    const [last, out] = A.vmap((w: S) => A.scan(step(w))([number(0.5), number(0.6), number(0.7)], xs))(ws)
    return [...last, out]
  }),
  'vmap of vmap of scan': program((xs: T<2, 3, 2>, cs: V<2>, w: S) =>
    A.vmap((rows: M<3, 2>, c: S) => A.vmap((row: V<2>) => cell(w)(c, row))(rows))(xs, cs)
  ),
  'vmap of scan: length 0': program((cs: M<3, 2>, w: V<2>) => {
    const step = (c: V<2>, x: V<2>) => [pipe(c, A.mul(x), A.mul(w)), A.mul(w)(c)] as const
    return A.vmap((c: V<2>) => A.scan(step)(c, A.zeros([0, 2], 'f64')))(cs)
  }),
  'vmap of cond': program((xs: V<5>, w: S) => {
    const other = (x: S) => pipe(x, A.square, A.sub(w), A.mul(x))
    return A.vmap((x: S) => A.cond(A.gt(0.1)(x), sineTimes(w), other)(x))(xs)
  }),
  'vmap of cond: condition shared': program((xs: V<5>, w: S) =>
    A.vmap((x: S) => A.cond(A.gt(0)(w), sineTimes(w), A.square)(x))(xs)
  ),
  'vmap of cond: undefined where not taken': program((xs: V<3>, ys: V<2>) => {
    const [root, log] = [(x: S) => pipe(x, A.sqrt, A.mul(x)), (x: S) => pipe(x, A.neg, A.log, A.div(x))]
    return A.vmap((x: S) => A.cond(A.gt(0)(x), root, log)(x))(A.concat(0)([xs, A.neg(ys)]))
  }),
  'vmap of choose': program((xs: V<5>, w: S) => {
    const [, cube, decay] = three
    const ways = [(x: S) => pipe(x, A.mul(w), A.sin), cube, (x: S) => A.add(w)(decay(x))] as const
    return A.vmap((i: I, x: S) => A.choose(i, ways)(x))(A.tensor([2, 0, 1, -1, 5], 'i32'), xs)
  }),
  'vmap of cond in scan': program((cs: V<4>, xs: V<6>) => {
    const step = (c: S, x: S) => [mode(c, x), mode(c, x)] as const
    return A.vmap((c: S) => A.scan(step)(c, xs))(cs)
  }),
  'vmap of forLoop': program((xs: V<3>, a: S) =>
    A.vmap(A.forLoop(1, 4, (i, c: S) => pipe(c, A.mul(a), A.sin, A.mul(real(i)))))(xs)
  ),
  'vmap of map': program((xs: M<2, 3>, ws: V<2>) =>
    A.vmap((row: V<3>, w: S) => A.map((x: S) => pipe(x, A.mul(w), A.sin, A.mul(w)))(row))(xs, ws)
  ),
  'vmap of checkpoint': program((xs: M<4, 3>, w: M<3, 2>, b: V<2>) =>
    A.vmap(A.checkpoint((x: V<3>) => pipe(x, A.matmul(w), A.sin, A.add(b), A.tanh)))(xs)
  ),
  'vmap of whileLoop with bound: undefined after the end': program((xs: V<4>, s: S) =>
    A.vmap(A.whileLoop(isLarge, (x: S) => pipe(x, A.sub(1), A.sqrt, A.mul(s)), { bound: 5 }))(xs)
  ),
  'vmap of whileLoop': program((xs: V<4>, s: S) => {
    const step = ([x, n]: readonly [S, I]) => [shrunk(s)(x), A.add(1)(n)] as const
    const [y, n] = A.vmap((x: S) => A.whileLoop(([y]) => isLarge(y), step)([x, integer(0)]))(xs)
    return [y, real(n)]
  }),
  'vmap of whileLoop: condition shared': program((xs: V<3>, a: S) => {
    const step = ([i, x]: readonly [I, S]) => [A.add(1)(i), pipe(x, A.mul(a), A.sin, A.add(real(i)))] as const
    return A.vmap((x: S) => A.whileLoop(([i]) => A.lt(4)(i), step)([integer(1), x])[1])(xs)
  }),
  'vmap of whileLoop: limits of examples': program((limits: V<3>, a: S) => {
    const grown = (c: S) => pipe(c, A.mul(1.5), A.add(A.square(a)))
    const start = pipe(a, A.cos, A.mul(0.2), A.add(0.3))
    return A.vmap((limit: S) => A.whileLoop((c: S) => A.lt(limit)(c), grown)(start))(limits)
  })
}

/** A loss of the recurrent cell. */
const loss = (c: S, xs: V<4>, w: S): S => pipe(cell(w)(c, xs)[1], A.square, A.sum())

export const derivatives: Programs = {
  'grad of scan': program((c: S, xs: V<4>, w: S) =>
    A.grad(([d, ys, v]: readonly [S, V<4>, S]) => loss(d, ys, v))([c, xs, w])
  ),
  'jvp of scan': program((c: S, xs: V<4>, w: S) =>
    A.jvp(([d, ys]: readonly [S, V<4>]) => cell(w)(d, ys))([c, xs], [w, A.square(xs)]).flat()
  ),
  'grad of vmap of scan': program((cs: V<3>, xs: M<3, 4>, w: S) =>
    A.grad((v: S) => pipe(A.vmap((c: S, x: V<4>) => loss(c, x, v))(cs, xs), A.sum()))(w)
  ),
  'vmap of grad of scan': program((cs: V<3>, xs: M<3, 4>, w: S) =>
    A.vmap((c: S, x: V<4>) => A.grad(([d, v]: readonly [S, S]) => loss(d, x, v))([c, w]))(cs, xs)
  ),
  'Hessian of scan by vmap': program((xs: V<3>, w: S) => {
    const of = (ys: V<3>) => pipe(cell(w)(number(0.4), ys)[1], A.square, A.sum())
    return A.vmap((v: V<3>) => A.jvp(A.grad(of))(xs, v)[1])(A.eye(3, 'f64'))
  }),
  'vjp in scan': program((c0: S, xs: V<4>) =>
    A.scan((c: S, x: S) => {
      const [y, pullback] = A.vjp((d: S) => pipe(d, A.mul(x), A.sin))(c)
      return [A.add(pullback(y))(c), y]
    })(c0, xs)
  ),
  'third derivative of forLoop': program((x: S, w: S) => {
    const f = A.forLoop(0, 3, (_, y: S) => pipe(y, A.mul(w), A.sin))
    return A.grad(A.grad(A.grad(f)))(x)
  }),
  'vmap of grad of cond': program((xs: V<4>, w: S) => {
    const other = (x: S) => pipe(x, A.square, A.mul(A.exp(w)))
    const f = (x: S) => A.cond(A.gt(0.1)(x), (y: S) => pipe(y, A.mul(w), A.sin), other)(x)
    return A.vmap(A.grad(f))(xs)
  }),
  'grad of checkpoint in scan': program((c0: S, xs: V<3>) => {
    const step = A.checkpoint((c: S, x: S) => pipe(c, A.mul(x), A.sin, A.add(c)))
    return A.grad((c: S) => A.scan((d: S, x: S) => [step(d, x), []])(c, xs)[0])(c0)
  }),
  'jvp of whileLoop': program((x: S, s: S) => A.jvp(A.whileLoop(isLarge, shrunk(s)))(x, s)[1])
}
