/** Random convolutions with elementwise work on their results: bias, activation, masks, what is added from elsewhere. */
import * as fc from 'fast-check'
import type { Program } from '../../../laws/index.js'
import * as make from '../../../src/graph/make.js'
import type { Input, Value } from '../../../src/graph/Expr.js'
import { isFloat, type DType } from '../../../src/tensor/DType.js'
import { dim, range, size, type Dims } from '../../../src/tensor/dims.js'
import type { Tensor } from '../../../src/tensor/Tensor.js'
import { convolution, whole } from '../convolutions.js'
import { operands } from '../../../src/graph/families.js'

type Draw = (n: number) => number

/** A result, and all that it is computed from. */
interface Start {
  readonly y: Value
  readonly parameters: ReadonlyArray<Input>
  readonly point: ReadonlyArray<Tensor>
}

/** What is computed so far. */
interface Growing extends Start {
  readonly pool: ReadonlyArray<Value>
}

/** The same numbers in other places. */
const moved = (x: Value, shape: Dims, draw: Draw): Value => {
  const axes = range(0, shape.length)
  if (draw(2) === 0) return make.reverse([draw(shape.length)], x)
  const order = [...axes].reverse()
  const turned = make.reshape(
    order.map((i) => dim(shape, i)),
    x
  )
  return make.permute(order, turned)
}

/** An argument that is spread along all axes but some. */
const spread = (g: Growing, kept: Dims, draw: Draw): readonly [Input, Tensor, Value] => {
  const { shape, dtype } = g.y
  const own = kept.map((i) => dim(shape, i))
  const x = make.input(`x${String(g.parameters.length)}`, own, dtype)
  const all = make.broadcast(shape, kept, x)
  const near = kept.length === shape.length && draw(3) === 0 ? moved(x, shape, draw) : all
  return [x, whole(own, dtype, draw(20)), near]
}

/** Along nothing, columns, all axes or whichever. */
const keptAxes = (rank: number, draw: Draw): Dims => {
  const axes = range(0, rank)
  const kind = draw(5)
  if (kind === 0) return []
  if (kind < 3) return [rank - 1]
  return kind === 3 ? axes : axes.filter(() => draw(2) === 0)
}

const binary = ['add', 'mul', 'sub', 'max'] as const

const withArgument = (g: Growing, x: Value, draw: Draw): Growing => {
  const [input, value, other] = spread(g, keptAxes(g.y.shape.length, draw), draw)
  const op = draw(16) === 0 ? 'div' : (binary[draw(binary.length)] ?? 'add')
  const both = make.binary(op, x, other)
  return { ...g, parameters: [...g.parameters, input], point: [...g.point, value], pool: [...g.pool, both] }
}

const zero = ({ shape, dtype }: Value): Value =>
  make.broadcast(shape, [], make.constant(whole([], dtype, dtype === 'u32' ? 0 : 5)))

/** Of its own dtype, so that it can be gone on with. */
const alone = (x: Value, draw: Draw): Value => {
  const kind = draw(isFloat(x.dtype) ? 6 : 4)
  if (kind === 0) return make.binary('max', x, zero(x))
  if (kind === 1) return make.select(make.binary('gt', x, zero(x)), x, make.unary('neg', x))
  if (kind === 2) return make.unary('square', x)
  if (kind === 3) return make.convert(x.dtype, make.convert('f32', x))
  return make.unary(kind === 4 ? 'tanh' : 'reciprocal', x)
}

const grown = (g: Growing, draw: Draw): Growing => {
  const x = g.pool[draw(2) === 0 ? g.pool.length - 1 : draw(g.pool.length)]!
  return draw(2) === 0 ? withArgument(g, x, draw) : { ...g, pool: [...g.pool, alone(x, draw)] }
}

/** What is not elementwise, of the result or of what has been made of it. */
const further = (x: Value, draw: Draw): Value => {
  const { shape } = x
  const kind = draw(4)
  if (kind === 0) return make.reduce('sum', [draw(shape.length)], x)
  if (kind === 1) return make.binary('gt', x, zero(x))
  return kind === 2 ? make.reverse([draw(shape.length)], x) : make.reshape([size(shape)], x)
}

const programOf = (start: Start, numbers: ReadonlyArray<number>): Program => {
  let at = 0
  const draw: Draw = (n) => (numbers[at++] ?? 0) % Math.max(1, n)
  let g: Growing = { ...start, pool: [start.y] }
  const steps = 1 + draw(4)
  for (let i = 0; i < steps; i++) g = grown(g, draw)
  const more = range(0, draw(3)).map(() => further(g.pool[draw(g.pool.length)]!, draw))
  const used = new Set([...g.pool, ...more].flatMap(operands))
  const [, ...made] = g.pool
  const results = [...made.filter((n) => !used.has(n) || draw(4) === 0), ...more]
  return {
    results: draw(4) === 0 ? [...results, start.y] : results,
    parameters: g.parameters,
    point: g.point
  }
}

const dtype = fc.constantFrom<DType>('f32', 'f32', 'f64', 'i32')
const numbers = fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 })
/** Also where `x` comes in another order of its axes, and so do the rows of the result. */
export const convolutionPrograms: fc.Arbitrary<Program> = fc
  .tuple(
    dtype.chain((d) => convolution(d, fc.boolean())),
    numbers
  )
  .map(([{ x, kernel, y, point }, drawn]) => programOf({ y, parameters: [x, kernel], point }, drawn))
