/** Random programs of elementwise operations, reductions and broadcasts over few axes: what softmax, losses and normalisations are made of. */
import * as fc from 'fast-check'
import type { Program } from '../../../laws/index.js'
import * as make from '../../../src/graph/make.js'
import type { Value } from '../../../src/graph/Expr.js'
import { equalDims, range, size, type Dims } from '../../../src/tensor/dims.js'
import { own } from '../../../src/tensor/Tensor.js'
import { operands } from '../../../src/graph/families.js'

const shapes: ReadonlyArray<Dims> = [
  [4, 3],
  [6, 5],
  [2, 4, 3],
  [3, 1, 4],
  [4, 2, 2],
  [8, 9]
]

type Draw = (n: number) => number

/** Broadcast along one axis, or along several, to the shape of everything. */
const spread = (x: Value, axes: Dims, whole: Dims): Value => make.broadcast(whole, axes, x)

/** A reduction, and what it gives spread again. */
const reduced = (x: Value, whole: Dims, draw: Draw): ReadonlyArray<Value> => {
  const axes = range(0, whole.length).filter((i) => draw(3) === 0 || i === whole.length - 1 - draw(2))
  const kept = range(0, whole.length).filter((i) => !axes.includes(i))
  const total = make.reduce(draw(2) === 0 ? 'sum' : 'max', axes, x)
  const scalar = draw(2) === 0 ? total : make.unary(draw(2) === 0 ? 'reciprocal' : 'square', total)
  return [scalar, spread(scalar, kept, whole)]
}

/** The first row, for all. */
const firstRow = (x: Value, whole: Dims): Value => {
  const rest = whole.slice(1)
  const row = make.slice(
    whole.map(() => 0),
    [1, ...rest],
    whole.map(() => 1),
    x
  )
  return make.broadcast(whole, range(1, whole.length), make.reshape(rest, row))
}

const grown = (x: Value, y: Value, whole: Dims, draw: Draw): ReadonlyArray<Value> => {
  const kind = draw(9)
  if (kind < 3) return reduced(x, whole, draw)
  if (kind === 3) return [make.unary('exp', make.unary('neg', x))]
  if (kind === 4) return [make.reverse([draw(whole.length)], x)]
  if (kind === 5) return [make.binary('add', x, make.iota(draw(whole.length), whole, 'f32'))]
  if (kind === 8) return [make.binary('sub', y, firstRow(x, whole))]
  return [make.binary(kind === 6 ? 'sub' : 'mul', x, y)]
}

const programOf = (instructions: ReadonlyArray<ReadonlyArray<number>>, pick: number): Program => {
  const whole = shapes[pick % shapes.length]!
  const parameters = range(0, 2).map((i) => make.input(`x${String(i)}`, whole, 'f32'))
  const pool: Array<Value> = [...parameters]
  for (const numbers of instructions) {
    let at = 0
    const draw: Draw = (n) => (numbers[at++] ?? 0) % n
    const alike = [...pool].reverse().filter((n) => equalDims(n.shape, whole))
    pool.push(...grown(alike[draw(3) % alike.length]!, alike[draw(alike.length)]!, whole, draw))
  }
  const used = new Set(pool.flatMap(operands))
  const point = parameters.map((_, i) =>
    own(
      whole,
      'f32',
      Float32Array.from({ length: size(whole) }, (__, k) => Math.sin(k + 3 * i))
    )
  )
  const results = pool.filter((n, i) => i > 1 && (!used.has(n) || i % 7 === 3))
  return { results, parameters, point }
}

export const rowPrograms: fc.Arbitrary<Program> = fc
  .tuple(
    fc.array(fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }), {
      minLength: 1,
      maxLength: 14,
      size: 'max'
    }),
    fc.nat(100)
  )
  .map(([instructions, pick]) => programOf(instructions, pick))

/** Limits under which small programs have rows. */
export const small = { least: 1, most: 12, longest: 1000, whole: 1 }
