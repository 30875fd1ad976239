/** The loops of control.json in terms of the public API, by name. */
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../src/index.js'
import * as nn from '../../src/nn/index.js'

export type X = A.Expr<ReadonlyArray<number>, 'f64'>
export type S = A.Expr<[], 'f64'>
export type V<N extends number> = A.Expr<[N], 'f64'>
export type M<R extends number, C extends number> = A.Expr<[R, C], 'f64'>
export type T<B extends number, R extends number, C extends number> = A.Expr<[B, R, C], 'f64'>
export type I = A.Expr<[], 'i32'>
export type Program = (xs: ReadonlyArray<X>) => ReadonlyArray<X>
export type Programs = Readonly<Record<string, Program>>

const isOne = (y: X | ReadonlyArray<X>): y is X => '_tag' in y

/** Programs are typed as a user would; that the inputs in the file have these shapes is for the file to see to. */
export const program =
  <P extends ReadonlyArray<X>>(f: (...xs: P) => X | ReadonlyArray<X>): Program =>
  (xs) => {
    const y = f(...(xs as P))
    return isOne(y) ? [y] : y
  }

export const number = (x: number) => A.tensor(x, 'f64')
export const integer = (x: number) => A.tensor(x, 'i32')
export const real = A.convert('f64')

/** A carry that is also the output. */
export const twice = <Y>(y: Y): readonly [Y, Y] => [y, y]

interface Moving {
  readonly position: V<2>
  readonly velocity: V<2>
}

interface Pushed {
  readonly force: V<2>
  readonly mass: S
}

const alongInputs: Programs = {
  'scan: vector carry': program((c: V<3>, xs: M<4, 3>, a: V<3>) =>
    A.scan((h: V<3>, x: V<3>) => twice(pipe(h, A.mul(a), A.add(x), A.tanh)))(c, xs)
  ),
  'scan: matrix carry': program((c: M<2, 2>, xs: T<3, 2, 2>, a: M<2, 2>) =>
    A.scan((h: M<2, 2>, x: M<2, 2>) => [pipe(h, A.matmul(a), A.add(x), A.sin), pipe(h, A.mul(x), A.sum(1))])(
      c,
      xs
    )
  ),
  'scan: trees': program((position: V<2>, velocity: V<2>, force: M<4, 2>, mass: V<4>) => {
    const [last, out] = A.scan((c: Moving, s: Pushed) => {
      const v = pipe(s.force, A.mul(0.1), A.div(s.mass), A.add(c.velocity))
      const p = pipe(v, A.mul(0.1), A.add(c.position))
      const energy = pipe(v, A.square, A.sum(), A.mul(0.5), A.mul(s.mass))
      return [
        { velocity: v, position: p },
        { energy, at: p }
      ]
    })({ position, velocity }, { force, mass })
    return [last.position, last.velocity, out.energy, out.at]
  }),
  'scan: reverse': program((rewards: V<5>, gamma: S) => {
    const step = (g: S, r: S): readonly [S, S] => twice(pipe(g, A.mul(gamma), A.add(r)))
    return A.scan(step, { reverse: true })(number(0), rewards)[1]
  }),
  'scan: reverse, outputs from before the step': program((h0: V<2>, xs: M<4, 2>, w: M<2, 2>) => {
    const [h, [before, products]] = A.scan(
      (h: V<2>, x: V<2>) => [
        pipe(h, A.matmul(w), A.add(x), A.tanh),
        [h, pipe(x, A.mul(A.sum()(h)))] as const
      ],
      { reverse: true }
    )(h0, xs)
    return [h, before, products]
  }),
  'scan: captured expressions': program((c0: S, xs: V<4>, w: S, b: S) => {
    const scale = pipe(w, A.exp, A.mul(b))
    return A.scan((c: S, x: S) => [pipe(c, A.mul(scale), A.sin, A.mul(x), A.add(c)), A.mul(b)(c)])(c0, xs)
  }),
  'scan: one vector as carry, inputs and captured': program((x: V<3>) =>
    A.scan((c: V<3>, s: S) => [pipe(c, A.mul(s), A.sin, A.add(A.mul(s)(x))), pipe(c, A.mul(x), A.sum())])(
      x,
      x
    )
  ),
  'scan: carries that change places': program((a0: S, b0: S, xs: V<4>) => {
    const step = ([a, b]: readonly [S, S], x: S) => [[b, pipe(a, A.mul(A.sin(x)))], A.square(a)] as const
    const [[a, b], squares] = A.scan(step)([a0, b0], xs)
    return [a, b, squares]
  }),
  'scan: carry that is not changed': program((c0: V<2>, xs: M<4, 2>) =>
    A.scan((c: V<2>, x: V<2>) => [c, pipe(c, A.mul(x), A.sin)])(c0, xs)
  ),
  'scan: carry that forgets': program((c0: V<2>, xs: M<4, 2>) =>
    A.scan((c: V<2>, x: V<2>) => [A.exp(x), A.mul(x)(c)])(c0, xs)
  ),
  'scan: outputs that do not move, and no outputs': program((c0: S, xs: V<4>) => {
    const [last, fixed] = A.scan((c: S, x: S) => [pipe(c, A.add(x), A.cos), number(1.5)])(c0, xs)
    const [product] = A.scan((c: S, x: S) => [A.mul(x)(c), []])(c0, xs)
    return [last, fixed, product]
  }),
  'scan: integer carry': program((start: S, xs: V<5>) => {
    const step = ({ i, total }: { readonly i: I; readonly total: S }, x: S) => {
      const next = pipe(x, A.mul(real(i)), A.mul(total), A.add(total))
      return [{ i: pipe(i, A.mul(3), A.add(1), A.rem(5)), total: next }, A.mul(real(i))(next)] as const
    }
    const [{ i, total }, out] = A.scan(step)({ i: integer(2), total: start }, xs)
    return [real(i), total, out]
  }),
  'scan: integer carry picks from a table': program((table: V<4>, xs: V<6>) => {
    const step = (i: I, x: S) =>
      [pipe(i, A.add(3), A.rem(4)), pipe(table, A.take(i, 0), A.mul(x), A.sin)] as const
    return A.scan(step)(integer(1), xs)[1]
  }),
  'scan: boolean carry': program((start: S, xs: V<5>) => {
    const step = ([going, total]: readonly [A.Expr<[], 'bool'>, S], x: S) => {
      const next = pipe(going, A.where(pipe(x, A.square, A.add(total)), pipe(total, A.mul(0.9))))
      return [[pipe(next, A.lt(6), A.and(going)), next], next] as const
    }
    return A.scan(step)([A.tensor(true), start], xs)[1]
  }),
  'scan: a length instead of inputs': program((c0: V<2>, a: V<2>) =>
    A.scan((c: V<2>) => [pipe(c, A.mul(a), A.sin), A.sum()(c)], { length: 4 })(c0)
  ),
  'scan: length 0': program((c0: V<2>, xs: M<0, 2>, a: V<2>) =>
    A.scan((c: V<2>, x: V<2>) => [pipe(c, A.mul(A.sin(x)), A.mul(a)), A.add(x)(c)])(c0, xs)
  ),
  'scan: length 1': program((c0: V<2>, xs: M<1, 2>, a: V<2>) =>
    A.scan((c: V<2>, x: V<2>) => [pipe(c, A.mul(A.sin(x)), A.mul(a)), pipe(x, A.mul(a), A.add(c))])(c0, xs)
  ),
  'scan in scan': program((h0: S, xs: M<3, 4>, w: S) =>
    A.scan((h: S, row: V<4>) => {
      const [last, ys] = A.scan((c: S, x: S) => {
        const next = pipe(x, A.mul(w), A.add(c), A.sin)
        return [next, A.mul(h)(next)]
      })(A.mul(0.5)(h), row)
      return [A.add(h)(last), A.sum()(ys)]
    })(h0, xs)
  ),
  'soft dynamic time warping': program((as: V<4>, bs: V<3>) => {
    const cell =
      (x: S) =>
      (left: S, [y, up, corner]: readonly [S, S, S]) => {
        const best = pipe(A.stack(0)([left, up, corner]), A.neg, A.logSumExp())
        const now = pipe(x, A.sub(y), A.square, A.sub(best))
        return [now, now] as const
      }
    const row = (above: V<4>, x: S) => {
      const inputs = [bs, A.slice([[1, 4]])(above), A.slice([[0, 3]])(above)] as const
      const [, lefts] = A.scan(cell(x))(number(10), inputs)
      return [A.concat(0)([A.tensor([10], 'f64'), lefts]), []] as const
    }
    return pipe(A.scan(row)(A.tensor([0, 10, 10, 10], 'f64'), as)[0], A.take(integer(3), 0))
  }),
  'scan over the outputs of a scan': program((xs: V<4>, w: S, u: S) => {
    const step = (v: S) => (h: S, x: S) => twice(pipe(h, A.mul(v), A.add(x), A.tanh))
    const [last, fs] = A.scan(step(w))(number(0), xs)
    const [, bs] = A.scan(step(u), { reverse: true })(last, A.mul(xs)(fs))
    return A.add(bs)(fs)
  })
}

const pendulum = (g: S) => (y: V<2>) => {
  const [angle, speed] = [A.slice([[0, 1]])(y), A.slice([[1, 2]])(y)]
  return A.concat(0)([speed, pipe(angle, A.sin, A.mul(g), A.neg)])
}

const rungeKutta = (f: (y: V<2>) => V<2>) => (y: V<2>, dt: S) => {
  const towards = (k: V<2>, part: number) => pipe(k, A.mul(dt), A.mul(part), A.add(y))
  const k1 = f(y)
  const k2 = f(towards(k1, 0.5))
  const k3 = f(towards(k2, 0.5))
  const k4 = f(towards(k3, 1))
  const slope = pipe(k2, A.add(k3), A.mul(2), A.add(k1), A.add(k4))
  const next = towards(slope, 1 / 6)
  return [next, next] as const
}

interface Belief {
  readonly x: V<2>
  readonly p: M<2, 2>
}

const kalman = (f: M<2, 2>, q: S, r: S) => (c: Belief, z: S) => {
  const h = A.tensor([1, 0], 'f64')
  const x = pipe(f, A.matmul(c.x))
  const p = pipe(f, A.matmul(c.p), A.matmul(A.transpose(f)), A.add(pipe(A.eye(2, 'f64'), A.mul(q))))
  const seen = pipe(p, A.matmul(h))
  const s = pipe(seen, A.matmul(h), A.add(r))
  const y = pipe(z, A.sub(A.matmul(h)(x)))
  const gain = A.div(s)(seen)
  const likelihood = pipe(s, A.mul(2 * Math.PI), A.log, A.add(pipe(y, A.square, A.div(s))), A.mul(-0.5))
  const next = { x: pipe(gain, A.mul(y), A.add(x)), p: pipe(p, A.sub(A.outer(A.matmul(p)(h))(gain))) }
  return [next, likelihood] as const
}

const recurrences: Programs = {
  RNN: program((h0: V<3>, xs: M<4, 2>, w: M<3, 3>, u: M<2, 3>, b: V<3>) =>
    A.scan((h: V<3>, x: V<2>) => twice(pipe(h, A.matmul(w), A.add(A.matmul(u)(x)), A.add(b), A.tanh)))(h0, xs)
  ),
  GRU: program(
    (h0: V<2>, xs: M<3, 2>, wz: M<2, 2>, uz: M<2, 2>, wr: M<2, 2>, ur: M<2, 2>, wn: M<2, 2>, un: M<2, 2>) => {
      const gate = (h: V<2>, w: M<2, 2>, x: V<2>, u: M<2, 2>) => pipe(h, A.matmul(w), A.add(A.matmul(u)(x)))
      return A.scan((h: V<2>, x: V<2>) => {
        const z = nn.sigmoid(gate(h, wz, x, uz))
        const r = nn.sigmoid(gate(h, wr, x, ur))
        const n = A.tanh(gate(A.mul(r)(h), wn, x, un))
        const next = pipe(h, A.sub(n), A.mul(z), A.add(n))
        return [next, next]
      })(h0, xs)
    }
  ),
  LSTM: program((h0: V<2>, c0: V<2>, xs: M<3, 2>, w: M<2, 8>, u: M<2, 8>, b: V<8>) => {
    const step = ([h, c]: readonly [V<2>, V<2>], x: V<2>) => {
      const gates = pipe(h, A.matmul(w), A.add(A.matmul(u)(x)), A.add(b), A.reshape([4, 2]))
      const gate = (i: number): V<2> => pipe(gates, A.take(integer(i), 0))
      const kept = pipe(gate(1), nn.sigmoid, A.mul(c))
      const next = pipe(gate(0), nn.sigmoid, A.mul(A.tanh(gate(2))), A.add(kept))
      const out = pipe(gate(3), nn.sigmoid, A.mul(A.tanh(next)))
      return [[out, next], out] as const
    }
    const [[h, c], out] = A.scan(step)([h0, c0], xs)
    return [h, c, out]
  }),
  'cumulative sum': program((xs: M<4, 2>) => {
    const step = (c: V<2>, x: V<2>) => twice(pipe(x, A.sin, A.add(c)))
    return A.scan(step)(A.zeros([2], 'f64'), xs)[1]
  }),
  'cumulative product': program((xs: V<5>) => {
    const step = (c: S, x: S) => [A.mul(x)(c), A.mul(x)(c)] as const
    return A.scan(step)(number(1), xs)[1]
  }),
  'cumulative maximum': program((xs: V<6>) => {
    const step = (c: S, x: S) => [pipe(c, A.maximum(A.square(x))), pipe(c, A.maximum(A.square(x)))] as const
    return A.scan(step)(number(-Infinity), xs)[1]
  }),
  'cumulative log of sums of exponentials, from the end': program((xs: V<5>) => {
    const step = (c: S, x: S) => twice(pipe(A.stack(0)([c, x]), A.logSumExp()))
    const last = pipe(xs, A.slice([[4, 5]]))
    const [, sums] = A.scan(step, { reverse: true })(A.reshape([])(last), A.slice([[0, 4]])(xs))
    return A.concat(0)([sums, last])
  }),
  'Kalman filter': program((x0: V<2>, root: M<2, 2>, zs: V<4>, f: M<2, 2>, q: S, r: S) => {
    const start = { x: x0, p: pipe(root, A.matmul(A.transpose(root)), A.add(A.eye(2, 'f64'))) }
    const [{ x, p }, likelihoods] = A.scan(kalman(f, q, r))(start, zs)
    return [x, p, likelihoods]
  }),
  'leapfrog pendulum': program((q0: S, p0: S, dt: S) => {
    const kick = (q: S) => pipe(q, A.sin, A.mul(dt), A.mul(0.5))
    return A.forLoop(0, 8, (_, [q, p]: readonly [S, S]) => {
      const half = pipe(p, A.sub(kick(q)))
      const next = pipe(half, A.mul(dt), A.add(q))
      return [next, pipe(half, A.sub(kick(next)))] as const
    })([q0, p0])
  }),
  'Runge-Kutta pendulum': program((y: V<2>, dts: V<5>, g: S) => A.scan(rungeKutta(pendulum(g)))(y, dts)[1]),
  'Horner polynomial': program((coefficients: V<5>, x: V<2>) => {
    const step = (r: V<2>, c: S) => [pipe(r, A.mul(x), A.add(c)), []] as const
    return A.scan(step)(A.zeros([2], 'f64'), coefficients)[0]
  }),
  'layers of a network as inputs': program((x0: M<2, 3>, w: T<3, 3, 3>, b: M<3, 3>) => {
    const layer = (x: M<2, 3>, p: { readonly w: M<3, 3>; readonly b: V<3> }) =>
      [pipe(x, A.matmul(p.w), A.add(p.b), A.tanh, A.add(x)), []] as const
    return A.scan(layer)(x0, { w, b })[0]
  }),
  'heat equation by convolution': program((u0: V<6>, k: S) => {
    const kernel = pipe(A.stack(0)([k, pipe(k, A.mul(-2), A.add(1)), k]), A.reshape([3, 1, 1]))
    return A.forLoop(0, 4, (_, u: V<6>) => {
      const moved = pipe(u, A.reshape([1, 6, 1]), A.conv(kernel, { padding: 'same' }), A.reshape([6]))
      return pipe(u, A.sin, A.mul(0.1), A.add(moved))
    })(u0)
  })
}

const overNumbers: Programs = {
  'Newton iterations with grad inside': program((a: S, b: S, x0: S) => {
    const f = (x: S) => pipe(x, A.pow(3), A.add(A.mul(b)(x)), A.sub(a))
    return A.forLoop(0, 5, (_, x: S) => pipe(x, A.sub(pipe(f(x), A.div(A.grad(f)(x))))))(x0)
  }),
  'forLoop: index': program((c0: S, a: S) =>
    A.forLoop(2, 6, (i, c: S) => pipe(a, A.mul(real(i)), A.sin, A.mul(c), A.add(real(i))))(c0)
  ),
  'forLoop: no steps': program((c: V<2>, a: V<2>) => [
    A.forLoop(5, 2, (_, x: V<2>) => A.mul(a)(x))(c),
    A.forLoop(3, 3, (_, x: V<2>) => A.mul(a)(x))(A.mul(a)(c))
  ]),
  'forLoop: picks by its index': program((w: V<4>, x: S) =>
    A.forLoop(0, 4, (i, c: S) => pipe(x, A.mul(real(i)), A.cos, A.mul(pipe(w, A.take(i, 0))), A.add(c)))(
      number(0)
    )
  ),
  'forLoop in forLoop': program((c0: S, a: S) => {
    const inner = (i: I) => (j: I, c: S) => pipe(i, A.sub(j), real, A.mul(a), A.add(c), A.sin)
    return A.forLoop(-1, 2, (i, c: S) => pipe(c, A.forLoop(0, 3, inner(i)), A.mul(c)))(c0)
  }),
  'forLoop: gradient descent': program((p0: V<2>, xs: M<3, 2>, ys: V<3>, rate: S) => {
    const loss = (p: V<2>) => pipe(xs, A.matmul(p), A.tanh, A.sub(ys), A.square, A.mean())
    return A.forLoop(0, 5, (_, p: V<2>) => pipe(p, A.sub(A.mul(rate)(A.grad(loss)(p)))))(p0)
  })
}

const maps: Programs = {
  'map: rows': program((xs: M<3, 2>, w: V<2>) => A.map((x: V<2>) => pipe(x, A.sin, A.mul(w), A.sum()))(xs)),
  'map: trees': program((x: M<3, 2>, y: V<3>) =>
    A.map((s: { readonly x: V<2>; readonly y: S }) => [A.mul(s.y)(s.x), A.exp(s.y)])({ x, y })
  ),
  'map: cond': program((xs: V<5>, w: S) =>
    A.map((x: S) => A.cond(A.gt(0.3)(x), (y: S) => pipe(y, A.sin, A.mul(w)), A.square)(x))(xs)
  ),
  'map: scan': program((xs: M<3, 4>, w: S) =>
    A.map((r: V<4>) => A.scan((c: S, x: S) => [pipe(c, A.mul(w), A.add(x), A.tanh), c])(number(0.5), r))(xs)
  )
}

export const loops: Programs = { ...alongInputs, ...recurrences, ...overNumbers, ...maps }
