/** Options of windows, resolved: what convolutions and pooling have in common. */
import { invalid } from '../graph/error.js'
import type { Value } from '../graph/Expr.js'
import { dim, range, showDims, type Dims } from '../tensor/dims.js'
import type { Windows } from '../tensor/windows.js'
import type { Padding, WindowOptions } from './signatures/index.js'

/** Windows over the axes before the last one. */
export interface Sliding {
  readonly positions: Dims
  readonly windows: Windows
}

const each = (given: number | Dims, rank: number): Dims =>
  typeof given === 'number' ? range(0, rank).map(() => given) : given

const reachOf = (k: number, dilation: number): number => (k === 0 ? 0 : (k - 1) * dilation + 1)

/** Options as lists, one entry for each axis. */
export interface Resolved {
  readonly strides: Dims
  readonly dilation: Dims
  readonly reach: Dims
  readonly padding: Padding
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 1

/** `strides` are those used where none are given. */
export const resolve = (size: Dims, strides: number | Dims, o: WindowOptions): Resolved | string => {
  const [given, rank] = [each(o.strides ?? strides, size.length), size.length]
  const dilation = each(o.dilation ?? 1, rank)
  const padding = o.padding ?? 'valid'
  if (given.length !== rank || dilation.length !== rank)
    return `strides ${showDims(given)} and dilation ${showDims(dilation)} are not for ${String(rank)} axes`
  if (![...given, ...dilation].every(isCount))
    return `strides ${showDims(given)} and dilation ${showDims(dilation)} must be integers >= 1`
  if (typeof padding !== 'string' && (padding.length !== rank || !padding.flat().every(Number.isSafeInteger)))
    return `padding ${JSON.stringify(padding)} does not have two integers for each of ${String(rank)} axes`
  return { strides: given, dilation, padding, reach: size.map((k, i) => reachOf(k, dim(dilation, i))) }
}

/** Padding along one axis of size `d`. */
const around = (
  { strides, reach, padding }: Resolved,
  axis: number,
  d: number
): readonly [number, number] => {
  if (typeof padding !== 'string') return padding[axis] ?? [0, 0]
  if (padding === 'valid') return [0, 0]
  const positions = Math.ceil(d / dim(strides, axis))
  const missing = Math.max(0, (positions - 1) * dim(strides, axis) + dim(reach, axis) - d)
  return [Math.floor(missing / 2), Math.ceil(missing / 2)]
}

const ones = (rank: number): Dims => range(0, rank).map(() => 1)

/** As many windows as fit; axes into which none does are named. */
export const slide = (spatial: Dims, size: Dims, r: Resolved): Sliding | string => {
  const pads = spatial.map((d, i) => around(r, i, d))
  const rooms = spatial.map((d, i) => d + (pads[i]?.[0] ?? 0) + (pads[i]?.[1] ?? 0) - dim(r.reach, i))
  const same = r.padding === 'same'
  const odd = rooms.findIndex((room) => room < 0)
  if (odd >= 0 && !same)
    return `windows of ${String(dim(size, odd))} do not fit into ${String(dim(rooms, odd) + dim(r.reach, odd))} (axis ${String(odd)} of ${showDims(spatial)}, with padding)`
  return {
    positions: same
      ? spatial.map((d, i) => Math.ceil(d / dim(r.strides, i)))
      : rooms.map((room, i) => Math.floor(room / dim(r.strides, i)) + 1),
    windows: {
      strides: r.strides,
      low: pads.map(([before]) => before),
      inputDilation: ones(spatial.length),
      windowDilation: r.dilation
    }
  }
}

/** Before and after what is spread out, so that sizes are multiplied by strides. */
const aroundSpread = (r: Resolved, axis: number): readonly [number, number] => {
  const [stride, reach] = [dim(r.strides, axis), dim(r.reach, axis)]
  if (typeof r.padding !== 'string') return r.padding[axis] ?? [0, 0]
  const missing = reach + stride - 2
  if (r.padding === 'valid') return [reach - 1, stride - 1 + Math.max(0, reach - stride)]
  const before = stride > reach - 1 ? reach - 1 : Math.ceil(missing / 2)
  return [before, missing - before]
}

/** Windows over elements that are spread out by the strides, with zeros between them. */
export const dilate = (spatial: Dims, size: Dims, r: Resolved): Sliding | string => {
  const pads = spatial.map((_, i) => aroundSpread(r, i))
  const wide = spatial.map((d, i) => (d === 0 ? 0 : (d - 1) * dim(r.strides, i) + 1))
  const rooms = wide.map((d, i) => d + (pads[i]?.[0] ?? 0) + (pads[i]?.[1] ?? 0) - dim(r.reach, i))
  const odd = rooms.findIndex((room) => room < 0)
  if (odd >= 0 && typeof r.padding !== 'string')
    return `windows of ${String(dim(size, odd))} do not fit into ${String(dim(rooms, odd) + dim(r.reach, odd))} (axis ${String(odd)} of ${showDims(spatial)}, spread and with padding)`
  const word = (d: number, i: number): number =>
    d * dim(r.strides, i) + (r.padding === 'same' ? 0 : Math.max(0, dim(r.reach, i) - dim(r.strides, i)))
  return {
    positions: typeof r.padding === 'string' ? spatial.map(word) : rooms.map((room) => room + 1),
    windows: {
      strides: ones(spatial.length),
      low: pads.map(([before]) => before),
      inputDilation: r.strides,
      windowDilation: r.dilation
    }
  }
}

/** An operand with its leading axes as one batch. */
export interface Layout {
  readonly lead: Dims
  readonly spatial: Dims
  readonly channels: number
}

/** The axes of `[..lead, ..spatial, channels]`, or what is wrong with them. */
export const layoutOf = (operation: string, x: Value, rank: number): Layout | Value => {
  const at = x.shape.length - 1 - rank
  return at < 0
    ? invalid(
        operation,
        [x],
        `windows over ${String(rank)} axes need these and one of channels, got ${showDims(x.shape)}`
      )
    : {
        lead: x.shape.slice(0, at),
        spatial: x.shape.slice(at, -1),
        channels: dim(x.shape, x.shape.length - 1)
      }
}
