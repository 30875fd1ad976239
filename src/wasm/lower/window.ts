/** Convolutions and pooling: operands as far as windows reach, and the walks over them. */
import type { Conv, Window } from '../../graph/Expr.js'
import { dim, range, size, strides, type Dims } from '../../tensor/dims.js'
import type { Windows } from '../../tensor/windows.js'
import type { Context } from './context.js'
import { copied, simple, stored } from './copy.js'
import type { Access, Axis, Kernel, Patches, Slide } from '../kernel/kernel.js'

/** A place where windows look: position 0 and offset 0 of every axis lie at its offset. */
type Framed = readonly [Access, ReadonlyArray<Kernel>]

/** How many places of an axis the windows reach over. */
const extent = (w: Windows, axis: number, positions: number, offsets: number): number =>
  (positions - 1) * dim(w.strides, axis) + (offsets - 1) * dim(w.windowDilation, axis) + 1

interface Fit {
  readonly extent: number
  /** The elements that windows see: from which one, how many, and where the first of them is. */
  readonly from: number
  readonly count: number
  readonly at: number
  readonly gap: number
}

const fitOf = (w: Windows, axis: number, d: number, reach: number): Fit => {
  const [low, gap] = [dim(w.low, axis), dim(w.inputDilation, axis)]
  const from = Math.max(0, Math.ceil(-low / gap))
  const to = Math.min(d - 1, Math.floor((reach - 1 - low) / gap))
  return { extent: reach, from, count: Math.max(0, to - from + 1), at: from * gap + low, gap }
}

const isInside = (f: Fit): boolean => f.at === 0 && f.count === f.extent && (f.gap === 1 || f.count <= 1)

/** Room in which what is near in the operand stays near. */
const roomLike = (c: Context, k: number, view: Access, extents: Dims): Access => {
  const order = [...range(0, extents.length)].sort((i, j) => {
    const [p, q] = [Math.abs(dim(view.steps, i)), Math.abs(dim(view.steps, j))]
    return q - p || i - j
  })
  const room = c.temporary(
    c.aval(k).dtype,
    order.map((axis) => dim(extents, axis))
  )
  return { ...room, steps: extents.map((_, axis) => dim(room.steps, order.indexOf(axis))) }
}

/** The operand where windows fit into it, else a copy with a frame of `value` around its elements and between them. */
const framed = (c: Context, k: number, fits: ReadonlyArray<Fit>, value: number): Framed => {
  const [view, { dtype }] = [c.access(k), c.aval(k)]
  const start = fits.reduce((o, f, axis) => o + f.from * dim(view.steps, axis), view.offset)
  if (fits.every(isInside) && view.steps.every((s) => s >= 0)) return [{ ...view, offset: start }, []]
  const extents = fits.map((f) => f.extent)
  const room = roomLike(c, k, view, extents)
  const inner: Access = {
    buffer: room.buffer,
    offset: fits.reduce((o, f, axis) => o + f.at * dim(room.steps, axis), 0),
    steps: room.steps.map((s, axis) => s * (fits[axis]?.gap ?? 1))
  }
  const counts = fits.map((f) => f.count)
  const whole = { buffer: room.buffer, offset: 0, steps: strides([size(extents)]) }
  const fill = simple('frame', [size(extents)], { _tag: 'Literal', dtype, value }, whole)
  const copy = copied('frame', counts, dtype, { ...view, offset: start }, inner)
  return [room, [...(fits.every(isInside) ? [] : [fill]), ...(counts.includes(0) ? [] : [copy])]]
}

/** Axes along which nothing slides are seen as they are. */
const still = (d: number): Fit => ({ extent: d, from: 0, count: d, at: 0, gap: 1 })

/** Neighbouring columns; copied where they are not, or where a walk would go backwards. */
const columnsOf = (c: Context, k: number): Framed => {
  const [view, { shape, dtype }] = [c.access(k), c.aval(k)]
  if ((view.steps.at(-1) === 1 || shape.at(-1) === 1) && view.steps.every((s) => s >= 0)) return [view, []]
  const to = c.temporary(dtype, shape)
  return [to, [copied('arrange', shape, dtype, view, to)]]
}

/** An axis, and how far a step along it goes in the result. */
interface Way extends Axis {
  readonly out: number
}

/** Axes that every operand walks along in equal strides are one; those of size 1 are none. Outer ones come first. */
const coalesced = (axes: ReadonlyArray<Way>): ReadonlyArray<Way> =>
  axes
    .filter((x) => x.size !== 1)
    .reduce<ReadonlyArray<Way>>((done, x) => {
      const last = done.at(-1)
      const joins = last?.a === x.a * x.size && last.b === x.b * x.size && last.out === x.out * x.size
      return joins ? [...done.slice(0, -1), { ...x, size: last.size * x.size }] : [...done, x]
    }, [])

const reverseOrder = (x: Way, y: Way): number => y.a - x.a

/** The walks of a convolution: batch, rows and terms. */
const waysOf = (n: Conv, { steps: as }: Access, { steps: bs }: Access, { steps: os }: Access) => {
  const rank = n.shape.length
  const along = range(0, rank - 3)
  const positions = along.map((s) => ({
    size: dim(n.shape, s + 2),
    a: dim(as, s + 2) * dim(n.windows.strides, s),
    b: 0,
    out: dim(os, s + 2)
  }))
  const offsets = along.map((s) => ({
    size: dim(n.kernel.shape, s + 1),
    a: dim(as, s + 2) * dim(n.windows.windowDilation, s),
    b: dim(bs, s + 1),
    out: 0
  }))
  const examples = { size: dim(n.shape, 1), a: dim(as, 1), b: 0, out: dim(os, 1) }
  const channels = { size: dim(n.x.shape, rank - 1), a: dim(as, rank - 1), b: dim(bs, rank - 2), out: 0 }
  return {
    batch: coalesced([{ size: dim(n.shape, 0), a: dim(as, 0), b: dim(bs, 0), out: dim(os, 0) }]),
    rows: coalesced([examples, ...positions].sort(reverseOrder)),
    terms: coalesced([...offsets, channels].sort(reverseOrder))
  }
}

/** Each operand in its own order of axes: a walk along rows, then one along terms. */
const patchesOf = (n: Conv, a: Access, b: Access, out: Access): Patches => {
  const ways = waysOf(n, a, b, out)
  const columns = { size: dim(n.shape, n.shape.length - 1), out: 1 }
  const results = [...ways.batch, ...ways.rows, columns]
  const domain = results.map((x) => x.size)
  const steps = results.map((x) => x.out)
  const epilogue = stored(n.dtype, domain, out.buffer, steps)
  return { _tag: 'Patches', name: 'conv', dtype: n.dtype, a, b, ...ways, columns: columns.size, epilogue }
}

export const convolution = (c: Context, n: Conv, i: number): ReadonlyArray<Kernel> => {
  const spatial = n.shape.length - 3
  const out = c.dense(i)
  const terms = size(n.kernel.shape.slice(1, -1))
  if (size(n.shape) === 0) return []
  if (terms === 0) return [simple('fill', n.shape, { _tag: 'Literal', dtype: n.dtype, value: 0 }, out)]
  const fits = n.x.shape.map((d, axis) => {
    const s = axis - 2
    if (s < 0 || s >= spatial) return still(d)
    return fitOf(n.windows, s, d, extent(n.windows, s, dim(n.shape, axis), dim(n.kernel.shape, axis - 1)))
  })
  const [x, before] = framed(c, c.operandsOf(i)[0]!, fits, 0)
  const [b, more] = columnsOf(c, c.operandsOf(i)[1]!)
  return [...before, ...more, patchesOf(n, x, b, out)]
}

const neutral = (n: Window): number =>
  n.op === 'sum' || n.x.dtype === 'u32' ? 0 : n.x.dtype === 'i32' ? -(2 ** 31) : -Infinity

const slides = (n: Window, x: Access, out: Access): ReadonlyArray<Slide> =>
  n.shape.map((positions, axis) => {
    const [stride, dilation] = [dim(n.windows.strides, axis), dim(n.windows.windowDilation, axis)]
    return {
      positions,
      offsets: dim(n.size, axis),
      position: stride * dim(x.steps, axis),
      offset: dilation * dim(x.steps, axis),
      counted: dim(strides(n.x.shape), axis),
      stride,
      low: dim(n.windows.low, axis),
      dilation,
      out: dim(out.steps, axis)
    }
  })

export const pooling = (c: Context, n: Window, i: number): ReadonlyArray<Kernel> => {
  const out = c.dense(i)
  if (size(n.shape) === 0) return []
  if (size(n.size) === 0) return [simple('fill', n.shape, { _tag: 'Literal', dtype: n.dtype, value: 0 }, out)]
  const fits = n.x.shape.map((d, axis) =>
    fitOf(n.windows, axis, d, extent(n.windows, axis, dim(n.shape, axis), dim(n.size, axis)))
  )
  const [x, before] = framed(c, c.operandsOf(i)[0]!, fits, neutral(n))
  const { op } = n
  const axes = slides(n, x, out)
  return [...before, { _tag: 'Pool', name: `${op} window`, op, dtype: n.x.dtype, x, out, axes }]
}
