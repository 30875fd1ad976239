/** How a program grows by one node of each family. The table is total, so that a new family without a row does not compile. */
import * as make from '../../src/graph/make.js'
import type { BinaryOp, Value, ReduceOp, UnaryOp, Node } from '../../src/graph/Expr.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import { dim, range, size, type Dims } from '../../src/tensor/dims.js'
import { isFloat, isInteger, type DType } from '../../src/tensor/DType.js'
import type { Windows } from '../../src/tensor/windows.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { fromValues } from '../arbitrary/tensor.js'
import { insides, oneOf } from './insides.js'
import { customResults } from './custom.js'
import { keys } from './sample.js'
import {
  alike,
  choose,
  constantsFrom,
  firstUsable,
  fitted,
  map,
  pick,
  uniform,
  type Context
} from './context.js'
import { binaryTraits, unaryTraits } from './traits.js'

type Maker = (s: Context) => Value | undefined

export type Family = Exclude<Node['_tag'], 'Input' | 'Invalid'>

const hasAxes = (n: Value): boolean => n.shape.length > 0
const isNumber = (n: Value): boolean => n.dtype !== 'bool'
const isReal = (n: Value): boolean => isFloat(n.dtype)

const axis = (s: Context, x: Value): number => s.draw(x.shape.length)

const subset = (s: Context, rank: number): Dims => range(0, rank).filter(() => s.draw(2) === 0)

const permutation = (s: Context, rank: number): Dims => {
  const rest = [...range(0, rank)]
  return range(0, rank).flatMap(() => rest.splice(s.draw(rest.length), 1))
}

/** A shape that a node of the pool has, so that others fit. */
const familiarShape = (s: Context): Dims => pick(s)?.shape ?? []

const constant: Maker = (s) => {
  const [shape, dtype] = [familiarShape(s), choose<DType>(s, [s.dtype, s.dtype, 'i32', 'bool']) ?? s.dtype]
  const values = constantsFrom(s, dtype)
  const data = range(0, size(shape)).map((i) => values[i % values.length] ?? 0)
  return make.constant(fromValues(shape, dtype, data))
}

const iota: Maker = (s) => {
  const shape = pick(s, hasAxes)?.shape ?? [2]
  return make.iota(s.draw(shape.length), shape, choose<DType>(s, [s.dtype, 'i32', 'u32']) ?? s.dtype)
}

/** Operations that a dtype admits; those with kinks only where these are wanted. */
const unaryOps = (s: Context, dtype: DType): ReadonlyArray<UnaryOp> =>
  keys(unaryTraits).filter(
    (op) =>
      unaryForm[op].takes(dtype) &&
      !(s.kinks === 'never' && isFloat(dtype) && unaryTraits[op].hasKink) &&
      !(s.exact && unaryTraits[op].standIn !== op)
  )

const binaryOps = (s: Context, dtype: DType): ReadonlyArray<BinaryOp> =>
  keys(binaryTraits).filter(
    (op) =>
      binaryForm[op].takes(dtype) &&
      !(s.kinks === 'never' && isFloat(dtype) && binaryTraits[op].hasKink) &&
      !(s.exact && binaryTraits[op].standIn !== op)
  )

const mostlyReal = (s: Context): Value | undefined =>
  s.draw(6) < 5 ? (pick(s, isReal) ?? pick(s)) : (pick(s, (n) => !isReal(n)) ?? pick(s))

const unary: Maker = (s) =>
  map(mostlyReal(s), (x) =>
    map(choose(s, unaryOps(s, x.dtype)), (op) => {
      const atKink = s.kinks === 'anywhere' && unaryTraits[op].hasKink
      return make.unary(op, atKink ? x : fitted(s, unaryTraits[op].domain, x))
    })
  )

/** The operands as they are, or moved into the domains of the operation. */
const combine = (s: Context, op: BinaryOp, a: Value, b: Value): ReadonlyArray<Value> => {
  const domain = binaryTraits[op].domain
  const plain = make.binary(op, a, b)
  return typeof domain === 'string'
    ? [plain]
    : [plain, make.binary(op, fitted(s, domain[0], a), fitted(s, domain[1], b))]
}

const binary: Maker = (s) =>
  map(mostlyReal(s), (x) =>
    map(choose(s, binaryOps(s, x.dtype)), (op) => {
      const isFirst = s.draw(2) === 0
      return firstUsable(
        s,
        alike(s, x).flatMap((y) => (isFirst ? combine(s, op, x, y) : combine(s, op, y, x)))
      )
    })
  )

/** A condition that some elements meet and others do not, where nothing better is at hand. */
const alternating = (shape: Dims): Value =>
  make.constant(
    fromValues(
      shape,
      'bool',
      range(0, size(shape)).map((i) => i % 2)
    )
  )

const select: Maker = (s) =>
  map(pick(s), (x) => {
    const conditions = s.pool.filter((n) => n.dtype === 'bool' && n.shape.join() === x.shape.join())
    const condition = choose(s, [...conditions, alternating(x.shape)])
    const other = alike(s, x)[0]
    return condition === undefined || other === undefined
      ? undefined
      : make.select(condition, ...(s.draw(2) === 0 ? ([x, other] as const) : ([other, x] as const)))
  })

const convert: Maker = (s) =>
  map(pick(s), (x) => {
    const to = choose<DType>(s, [s.dtype, 'i32', 'bool', 'f32', 'f64', 'u32']) ?? s.dtype
    const whole = isReal(x) && !isFloat(to)
    return make.convert(
      to,
      whole && s.kinks === 'away' ? fitted(s, to === 'bool' ? 'nonzero' : 'betweenIntegers', x) : x
    )
  })

const reductions = (s: Context, dtype: DType): ReadonlyArray<ReduceOp> => {
  if (dtype === 'bool') return ['and', 'or']
  return s.kinks === 'never' && isFloat(dtype) ? ['sum', 'prod'] : ['sum', 'prod', 'max', 'min']
}

const extremumOf = (s: Context): 'max' | 'min' => (s.draw(2) === 0 ? 'max' : 'min')

const broadcast: Maker = (s) =>
  map(
    pick(s, (n) => n.shape.length < 3),
    (x) => {
      const at = s.draw(x.shape.length + 1)
      const shape = [...x.shape.slice(0, at), 1 + s.draw(3), ...x.shape.slice(at)]
      return make.broadcast(
        shape,
        range(0, shape.length).filter((i) => i !== at),
        x
      )
    }
  )

const reshape: Maker = (s) =>
  map(pick(s), (x) => {
    const n = size(x.shape)
    const same = s.pool.map((y) => y.shape).filter((shape) => size(shape) === n)
    return make.reshape(choose(s, [[n], [1, n], [n, 1], ...same]) ?? x.shape, x)
  })

const slice: Maker = (s) =>
  map(pick(s, hasAxes), (x) => {
    const start = x.shape.map((d) => s.draw(d))
    const limit = x.shape.map((d, i) => d - s.draw(d - dim(start, i)))
    return make.slice(
      start,
      limit,
      x.shape.map(() => 1 + s.draw(2)),
      x
    )
  })

const pad: Maker = (s) =>
  map(
    pick(s, (n) => n.shape.length < 3),
    (x) => {
      const counts = (): Dims => x.shape.map(() => s.draw(2))
      return make.pad(counts(), counts(), counts(), constantsFrom(s, x.dtype)[0] ?? 0, x)
    }
  )

const concat: Maker = (s) =>
  map(pick(s, hasAxes), (x) => {
    const other = alike(s, x)[0]
    return make.concat(axis(s, x), other === undefined ? [x] : s.draw(2) === 0 ? [x, other] : [other, x])
  })

/** Pairs of equally long axes, and an operand that has them: a node of the pool, or numbers. */
const contract: Maker = (s) =>
  map(pick(s, isNumber), (a) => {
    const axes = range(0, a.shape.length)
    const roles = axes.map(() => s.draw(3))
    const [ca, ba] = [axes.filter((i) => roles[i] === 0), axes.filter((i) => roles[i] === 1)]
    const like = { shape: [...ca, ...ba].map((i) => dim(a.shape, i)), dtype: a.dtype }
    const contracted = range(0, ca.length)
    return map(alike(s, like)[0], (b) =>
      make.contract(
        { batch: [ba, range(ca.length, ca.length + ba.length)], contract: [ca, contracted] },
        a,
        b
      )
    )
  })

/** As many windows as fit along each axis, the last `low` of which reach beyond the beginning. */
const slide = (
  s: Context,
  shape: Dims,
  size: Dims
): { readonly positions: Dims; readonly windows: Windows } => {
  const strides = shape.map(() => 1 + s.draw(2))
  const low = size.map((k) => s.draw(Math.min(k, 2)))
  const ones = shape.map(() => 1)
  return {
    positions: shape.map((d, i) =>
      Math.max(0, Math.floor((d + dim(low, i) - dim(size, i)) / dim(strides, i)) + 1)
    ),
    windows: { strides, low, inputDilation: ones, windowDilation: ones }
  }
}

const windowSize = (s: Context, shape: Dims): Dims => shape.map((d) => 1 + s.draw(Math.min(2, d)))

const window: Maker = (s) =>
  map(pick(s, isNumber), (x) => {
    const smooth = s.kinks === 'never' && isReal(x)
    const size = windowSize(s, x.shape)
    const { positions, windows } = slide(s, x.shape, size)
    const op = choose(s, smooth ? (['sum'] as const) : (['sum', 'max', 'argmax'] as const)) ?? 'sum'
    return make.window(op, positions, size, windows, x)
  })

/** One group and one example; the last axis has the channels. */
const conv: Maker = (s) =>
  map(
    pick(s, (n) => isNumber(n) && hasAxes(n) && n.shape.length < 4),
    (x) => {
      const [spatial, channels] = [x.shape.slice(0, -1), dim(x.shape, x.shape.length - 1)]
      const size = windowSize(s, spatial)
      const { positions, windows } = slide(s, spatial, size)
      const like = { shape: [1, ...size, channels, 1 + s.draw(2)], dtype: x.dtype }
      return map(alike(s, like)[0], (kernel) => {
        const y = make.conv(positions, windows, kernel, make.reshape([1, 1, ...x.shape], x))
        return y._tag === 'Invalid' ? undefined : make.reshape(y.shape.slice(2), y)
      })
    }
  )

/** Indices within an axis: a node of the pool whose values all are, or a constant. Exact programs bring all indices within their axes. */
const indices = (s: Context, shape: Dims, d: number): Value => {
  const isWithin = (n: Value): boolean =>
    Array.from(elements(s.known.get(n)?.[0] ?? own([], 'i32', Int32Array.of(-1))), Number).every(
      (k) => k >= 0 && k < d
    )
  const found = s.pool.filter(
    (n) =>
      isInteger(n.dtype) && n.shape.join() === shape.join() && (s.exact || (size(shape) > 0 && isWithin(n)))
  )
  const start = s.draw(d)
  const data = range(0, size(shape)).map((i) => (start + i) % Math.max(1, d))
  return choose(s, [...found, make.constant(fromValues(shape, 'i32', data))]) ?? uniform(0, shape, 'i32')
}

const gather: Maker = (s) =>
  map(
    pick(s, (n) => hasAxes(n) && n.shape.length < 4),
    (x) => {
      const at = axis(s, x)
      const batch = Math.min(s.draw(2), at)
      const counts = choose(s, [[], [2], s.pool.find((n) => isInteger(n.dtype))?.shape ?? [3]]) ?? []
      return make.gather(at, batch, indices(s, [...x.shape.slice(0, batch), ...counts], dim(x.shape, at)), x)
    }
  )

const scatter: Maker = (s) =>
  map(pick(s, isNumber), (x) => {
    const at = s.draw(x.shape.length + 1)
    const [batch, count] = [Math.min(s.draw(2), at), s.draw(x.shape.length - at + 1)]
    const shape = [...x.shape.slice(0, batch), ...x.shape.slice(at, at + count)]
    const length = 2 + s.draw(2)
    return make.scatter(length, at, batch, indices(s, shape, length), x)
  })

const randomBits: Maker = (s) =>
  map(
    choose(s, [
      ...s.pool.filter((n) => n.dtype === 'u32' && n.shape.at(-1) === 2),
      make.constant(own([2], 'u32', Uint32Array.of(7, 11)))
    ]),
    (key) => make.randomBits(choose(s, [[], [2], familiarShape(s).slice(-1)]) ?? [], key)
  )

const custom: Maker = (s) =>
  map(pick(s, isReal), (x) => map(alike(s, x)[0], (y) => oneOf(s, customResults(x, y))))

const project: Maker = (s) => {
  const known = pick(s, (n) => n._tag === 'Project') ?? insides.Call(s)
  return known?._tag === 'Project' ? make.project(s.draw(known.x.results.length), known.x) : known
}

/** One maker per family. `Invalid` describes no computation, and parameters are there from the beginning. */
export const families: Readonly<Record<Family, Maker>> = {
  Constant: constant,
  Iota: iota,
  Unary: unary,
  Binary: binary,
  Select: select,
  Convert: convert,
  Reduce: (s) =>
    map(mostlyReal(s), (x) =>
      make.reduce(choose(s, reductions(s, x.dtype)) ?? 'sum', subset(s, x.shape.length), x)
    ),
  ArgReduce: (s) =>
    map(
      pick(s, (n) => hasAxes(n) && isNumber(n)),
      (x) => make.argReduce(extremumOf(s), axis(s, x), x)
    ),
  Broadcast: broadcast,
  Reshape: reshape,
  Permute: (s) => map(pick(s), (x) => make.permute(permutation(s, x.shape.length), x)),
  Slice: slice,
  Pad: pad,
  Concat: concat,
  Reverse: (s) => map(pick(s, hasAxes), (x) => make.reverse(subset(s, x.shape.length), x)),
  Contract: contract,
  Conv: conv,
  Window: window,
  Gather: gather,
  Scatter: scatter,
  RandomBits: randomBits,
  Custom: custom,
  ...insides,
  Project: project
}
