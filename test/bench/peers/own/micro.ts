/** The workloads of one call. */
import {
  add,
  compile,
  grad,
  item,
  jvp,
  matmul,
  mul,
  slice,
  square,
  sub,
  sum,
  tanh,
  toTypedArray,
  valueAndGrad,
  vmap,
  type Engine,
  type Expr,
  type Values
} from 'adjoint'
import { forward as forwardOf, type Params } from 'adjoint/nn'
import { pipe } from 'fp-ts/lib/function.js'
import type { Curvature, Forward, Gradient, Product, Tanh } from '../data/model.js'
import type { Running } from '../peer.js'
import { digits } from './mlp.js'
import { denseFrom } from './step.js'
import { unsafeRight, unsafeTensor } from './values.js'

export const product = (engine: Engine | undefined, { n, a, b, pick }: Product): Running => {
  const [p, q] = [unsafeTensor([n, n], a), unsafeTensor([n, n], b)]
  type Square = Expr<[typeof n, typeof n], 'f32'>
  const f = unsafeRight(compile((x: Square, y: Square) => pipe(x, matmul(y)), engine)(p, q))
  const run = () => unsafeRight(f(p, q))
  return { run, answer: () => pick(toTypedArray(run())) }
}

type Long = Expr<[1000000], 'f32'>
type Number = Expr<[], 'f32'>

export const tanhSum = (engine: Engine | undefined, { x, a, b, pick }: Tanh): Running => {
  const g = (xs: Long, scale: Number, shift: Number) =>
    valueAndGrad((v: Long) => pipe(v, mul(scale), add(shift), tanh, mul(v), sum()))(xs)
  const inputs = [unsafeTensor([1000000], x), unsafeTensor([], [a]), unsafeTensor([], [b])] as const
  const f = unsafeRight(compile(g, engine)(...inputs))
  const run = () => unsafeRight(f(...inputs))
  return {
    // The value is read; the gradient is there to be read.
    run: () => item(run()[0]),
    answer: () => {
      const [value, gradient] = run()
      return pick(item(value), toTypedArray(gradient))
    }
  }
}

type Point = Expr<[1000], 'f32'>

const rosenbrock = (x: Point): Number => {
  const [p, q] = [slice([[0, 999]])(x), slice([[1, 1000]])(x)]
  const bent = pipe(q, sub(square(p)), square, sum())
  const far = pipe(1, sub(p), square, sum())
  return pipe(bent, mul(100), add(far))
}

export const gradient = (engine: Engine | undefined, { x, pick }: Gradient): Running => {
  const at = unsafeTensor([1000], x)
  const f = unsafeRight(compile((p: Point) => valueAndGrad(rosenbrock)(p), engine)(at))
  const run = () => {
    const [value, slope] = unsafeRight(f(at))
    return [item(value), toTypedArray(slope)] as const
  }
  return { run, answer: () => pick(...run()) }
}

export const curvature = (engine: Engine | undefined, { x, v, pick }: Curvature): Running => {
  const [at, along] = [unsafeTensor([1000], x), unsafeTensor([1000], v)]
  const product = (p: Point, t: Point): Point => jvp(grad(rosenbrock))(p, t)[1]
  const f = unsafeRight(compile(product, engine)(at, along))
  const run = () => toTypedArray(unsafeRight(f(at, along)))
  return { run, answer: () => pick(run()) }
}

export const forward = (engine: Engine | undefined, { params, x }: Forward): Running => {
  const weights: Values<Params<typeof digits>> = [
    denseFrom(params, 0, 784, 128),
    denseFrom(params, 2, 128, 10)
  ]
  const row = unsafeTensor([1, 784], x.data)
  const logits = (p: Params<typeof digits>, xs: Expr<[1, 784], 'f32'>) => vmap(forwardOf(digits)(p))(xs)
  const f = unsafeRight(compile(logits, engine)(weights, row))
  const run = () => toTypedArray(unsafeRight(f(weights, row)))
  return { run, answer: () => [...run()] }
}
