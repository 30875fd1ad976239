/**
 * What every family means, written index by index from its definition and sharing nothing with the engine but the storage of tensors. Slow,
 * and plain enough to be read as a specification.
 */
import type { Node } from '../../src/graph/Expr.js'
import type { Windows } from '../../src/tensor/windows.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'

type Index = ReadonlyArray<number>

/** All indices of a shape in row-major order. */
export const indices = (shape: Index): ReadonlyArray<Index> =>
  shape.reduce<ReadonlyArray<Index>>(
    (done, d) => done.flatMap((i) => Array.from({ length: d }, (_, k) => [...i, k])),
    [[]]
  )

/** The element at an index. */
const at = (t: Tensor, index: Index): number => {
  let flat = 0
  t.shape.forEach((d, k) => {
    flat = flat * d + (index[k] ?? NaN)
  })
  return elements(t)[flat] ?? NaN
}

const pick = (index: Index, axes: Index): Index => axes.map((a) => index[a] ?? NaN)

/** Every index of a shape whose coordinates along `axes` are those given. */
const fixed = (shape: Index, axes: Index, values: Index): ReadonlyArray<Index> =>
  indices(shape).filter((i) => axes.every((a, k) => i[a] === values[k]))

const others = (rank: number, axes: Index): Index =>
  Array.from({ length: rank }, (_, k) => k).filter((k) => !axes.includes(k))

/** One term of a sum, so that a tolerance can be derived from all of them. */
export type Meaning = { readonly exact: number } | { readonly terms: ReadonlyArray<number> }

const exact = (value: number): Meaning => ({ exact: value })

const wrap: Readonly<Record<string, (x: bigint) => bigint>> = {
  i32: (x) => BigInt.asIntN(32, x),
  u32: (x) => BigInt.asUintN(32, x)
}

const wrapped = (dtype: string, x: bigint): Meaning => exact(Number(wrap[dtype]?.(x) ?? 0n))

const total = (dtype: string, factors: ReadonlyArray<ReadonlyArray<number>>): Meaning =>
  dtype === 'i32' || dtype === 'u32'
    ? wrapped(
        dtype,
        factors.reduce((n, f) => n + f.reduce((p, v) => p * BigInt(v), 1n), 0n)
      )
    : { terms: factors.map((f) => f.reduce((p, v) => p * v, 1)) }

const extremum = (op: 'max' | 'min', xs: ReadonlyArray<number>): number =>
  op === 'max' ? Math.max(...xs) : Math.min(...xs)

const reduced = (op: string, dtype: string, xs: ReadonlyArray<number>): Meaning => {
  if (op === 'sum')
    return total(
      dtype,
      xs.map((v) => [v])
    )
  if (op === 'prod')
    return dtype === 'i32' || dtype === 'u32' ? total(dtype, [xs]) : exact(xs.reduce((p, v) => p * v, 1))
  if (op === 'and') return exact(Number(xs.every((v) => v !== 0)))
  if (op === 'or') return exact(Number(xs.some((v) => v !== 0)))
  return exact(extremum(op as 'max' | 'min', xs))
}

const firstBest = (op: 'max' | 'min', xs: ReadonlyArray<number>): number => {
  const nan = xs.findIndex(Number.isNaN)
  return nan >= 0 ? nan : xs.indexOf(extremum(op, xs))
}

const clamp = (x: number, low: number, high: number): number =>
  Number.isNaN(x) ? 0 : Math.min(high, Math.max(low, Math.trunc(x))) + 0

const converted = (from: string, to: string, x: number): number => {
  const isFloat = from === 'f32' || from === 'f64'
  if (to === 'bool') return x === 0 ? 0 : 1
  if (isFloat && to === 'i32') return clamp(x, -(2 ** 31), 2 ** 31 - 1)
  if (isFloat && to === 'u32') return clamp(x, 0, 2 ** 32 - 1)
  return to === 'i32' || to === 'u32' ? Number(wrap[to]?.(BigInt(x)) ?? 0n) : x
}

const integerBinary: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  rem: (a, b) => a % b,
  max: (a, b) => (a > b ? a : b),
  min: (a, b) => (a < b ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b
}

const floatBinary: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  rem: (a, b) => a % b,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  mulNoNan: (a, b) => ((a === 0 && !Number.isFinite(b)) || (b === 0 && !Number.isFinite(a)) ? 0 : a * b)
}

const comparison: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b
}

const binary = (op: string, dtype: string, a: number, b: number): Meaning | undefined => {
  const compare = comparison[op]
  if (compare !== undefined) return exact(Number(compare(a, b)))
  if (dtype === 'f32' || dtype === 'f64')
    return floatBinary[op] === undefined ? undefined : exact(floatBinary[op](a, b))
  const f = integerBinary[op]
  return f === undefined
    ? undefined
    : dtype === 'bool'
      ? exact(Number(f(BigInt(a), BigInt(b))))
      : wrapped(dtype, f(BigInt(a), BigInt(b)))
}

const unary = (op: string, dtype: string, x: number): Meaning | undefined => {
  const float = dtype === 'f32' || dtype === 'f64'
  switch (op) {
    case 'copy':
    case 'stopGradient':
      return exact(x)
    case 'neg':
      return float ? exact(-x) : wrapped(dtype, -BigInt(x))
    case 'abs':
      return float ? exact(Math.abs(x)) : wrapped(dtype, x < 0 ? -BigInt(x) : BigInt(x))
    case 'square':
      return float ? exact(x * x) : wrapped(dtype, BigInt(x) ** 2n)
    case 'sign':
      return exact(Math.sign(x))
    case 'sqrt':
      return exact(Math.sqrt(x))
    case 'reciprocal':
      return exact(1 / x)
    case 'not':
      return dtype === 'bool' ? exact(1 - x) : wrapped(dtype, ~BigInt(x))
    case 'isFinite':
      return exact(Number(Number.isFinite(x)))
    default:
      return undefined
  }
}

/** The element at an offset of the window at a position; not a whole number where there is none. */
const seen = (w: Windows, position: Index, offset: Index): Index =>
  position.map((p, a) => {
    const [stride, dilation, low] = [w.strides[a] ?? NaN, w.windowDilation[a] ?? NaN, w.low[a] ?? NaN]
    return (p * stride + (offset[a] ?? NaN) * dilation - low) / (w.inputDilation[a] ?? NaN)
  })

/** `n` at index `i`, from its operands' values; `undefined` for functions that have tests of their own. */
export const meaning = (n: Node, xs: ReadonlyArray<Tensor>, i: Index): Meaning | undefined => {
  const [x, y, z] = xs as readonly [Tensor, Tensor, Tensor]
  switch (n._tag) {
    case 'Input':
    case 'Invalid':
    case 'RandomBits':
    case 'Custom':
    case 'Project':
    case 'Call':
    case 'Scan':
    case 'While':
    case 'Case':
      return undefined
    case 'Constant':
      return exact(at(n.value, i))
    case 'Iota':
      return exact(i[n.axis] ?? NaN)
    case 'Unary':
      return unary(n.op, x.dtype, at(x, i))
    case 'Binary':
      return binary(n.op, x.dtype, at(x, i), at(y, i))
    case 'Select':
      return exact(at(x, i) === 0 ? at(z, i) : at(y, i))
    case 'Convert':
      return exact(converted(x.dtype, n.dtype, at(x, i)))
    case 'Reduce':
      return reduced(
        n.op,
        n.dtype,
        fixed(x.shape, others(x.shape.length, n.axes), i).map((j) => at(x, j))
      )
    case 'ArgReduce':
      return exact(
        firstBest(
          n.op,
          fixed(x.shape, others(x.shape.length, [n.axis]), i).map((j) => at(x, j))
        )
      )
    case 'Broadcast':
      return exact(at(x, pick(i, n.axes)))
    case 'Reshape':
      return exact(elements(x)[indices(n.shape).findIndex((j) => j.join() === i.join())] ?? NaN)
    case 'Permute':
      return exact(
        at(
          x,
          x.shape.map((_, k) => i[n.permutation.indexOf(k)] ?? NaN)
        )
      )
    case 'Slice':
      return exact(
        at(
          x,
          i.map((k, a) => (n.start[a] ?? 0) + k * (n.stride[a] ?? 1))
        )
      )
    case 'Pad': {
      const from = i.map((k, a) => (k - (n.low[a] ?? 0)) / (1 + (n.interior[a] ?? 0)))
      const inside = from.every((k, a) => Number.isInteger(k) && k >= 0 && k < (x.shape[a] ?? 0))
      return exact(inside ? at(x, from) : n.value)
    }
    case 'Concat': {
      const rows = xs.flatMap((t) => Array.from({ length: t.shape[n.axis] ?? 0 }, (_, k) => [t, k] as const))
      const [t, k] = rows[i[n.axis] ?? NaN] ?? [x, NaN]
      return exact(
        at(
          t,
          i.map((v, a) => (a === n.axis ? k : v))
        )
      )
    }
    case 'Reverse':
      return exact(
        at(
          x,
          i.map((k, a) => (n.axes.includes(a) ? (x.shape[a] ?? 0) - 1 - k : k))
        )
      )
    case 'Contract': {
      const [[ba, bb], [ca, cb]] = [n.dims.batch, n.dims.contract]
      const [fa, fb] = [others(x.shape.length, [...ba, ...ca]), others(y.shape.length, [...bb, ...cb])]
      const left = fixed(x.shape, [...ba, ...fa], i.slice(0, ba.length + fa.length))
      const right = fixed(
        y.shape,
        [...bb, ...fb],
        [...i.slice(0, ba.length), ...i.slice(ba.length + fa.length)]
      )
      const pairs = left.flatMap((j) =>
        right.filter((k) => pick(j, ca).join() === pick(k, cb).join()).map((k) => [at(x, j), at(y, k)])
      )
      return total(n.dtype, pairs)
    }
    case 'Conv': {
      const rank = i.length
      const [spatial, offsets] = [x.shape.slice(2, -1), y.shape.slice(1, -2)]
      const pairs = indices(offsets).flatMap((k) => {
        const from = seen(n.windows, i.slice(2, -1), k)
        const inside = from.every((e, a) => Number.isInteger(e) && e >= 0 && e < (spatial[a] ?? 0))
        return Array.from({ length: x.shape[rank - 1] ?? 0 }, (_, c) => [
          inside ? at(x, [...i.slice(0, 2), ...from, c]) : 0,
          at(y, [i[0] ?? NaN, ...k, c, i[rank - 1] ?? NaN])
        ])
      })
      return total(n.dtype, pairs)
    }
    case 'Window': {
      const found = indices(n.size)
        .map((k) => seen(n.windows, i, k))
        .filter((from) => from.every((e, a) => Number.isInteger(e) && e >= 0 && e < (x.shape[a] ?? 0)))
      const values = found.map((from) => at(x, from))
      if (n.op === 'sum') return reduced('sum', n.dtype, values)
      if (n.op === 'max') return exact(extremum('max', values))
      const best = found[firstBest('max', values)] ?? []
      return exact(best.reduce((flat, e, a) => flat * (x.shape[a] ?? 0) + e, 0))
    }
    case 'Gather': {
      const count = y.shape.length - n.batch
      const which = at(y, [...i.slice(0, n.batch), ...i.slice(n.axis, n.axis + count)])
      return exact(at(x, [...i.slice(0, n.axis), which, ...i.slice(n.axis + count)]))
    }
    case 'Scatter': {
      const count = y.shape.length - n.batch
      const hits = indices(x.shape).filter((j) => {
        const which = at(y, [...j.slice(0, n.batch), ...j.slice(n.axis, n.axis + count)])
        return [...j.slice(0, n.axis), which, ...j.slice(n.axis + count)].join() === i.join()
      })
      return total(
        n.dtype,
        hits.map((j) => [at(x, j)])
      )
    }
  }
}
