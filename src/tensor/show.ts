/**
 * Tensors as text: nested brackets with aligned columns, then dtype and shape.
 *
 * @since 0.1.0
 */
import type { Show } from 'fp-ts/lib/Show.js'
import { isFloat, type DType } from './DType.js'
import { dim, range, showDims, size, type Dims } from './dims.js'
import { elements, type Tensor } from './Tensor.js'

/**
 * How tensors are shown.
 *
 * @since 0.1.0
 * @category model
 */
export interface ShowOptions {
  /** Digits after the decimal point, at most; 6 unless given, never more than 20. */
  readonly precision?: number
  /** Tensors of more elements than this are summarised; 1000 unless given. */
  readonly threshold?: number
  /** How many entries a summary keeps at each end of an axis; 3 unless given. */
  readonly edge?: number
  /** Longest line, in characters; 100 unless given. */
  readonly width?: number
}

type Settings = Required<ShowOptions>

const settings = (o: ShowOptions): Settings => ({
  precision: Math.min(20, Math.max(0, Math.trunc(o.precision ?? 6))),
  threshold: o.threshold ?? 1000,
  edge: Math.max(1, Math.trunc(o.edge ?? 3)),
  width: o.width ?? 100
})

type Format = (x: number) => string

const sign = (x: number): string => (x < 0 || Object.is(x, -0) ? '-' : '')

/** How many decimals a text such as `2.500` needs. */
const needed = (text: string): number => (text.split('e')[0]?.split('.')[1] ?? '').replace(/0+$/, '').length

/** Common decimals for all numbers, so that points line up; powers of ten where plain digits would hide something. */
const floatFormat = (xs: ReadonlyArray<number>, precision: number): Format => {
  const sizes = xs.map(Math.abs).filter((x) => x > 0 && x < Infinity)
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0)
  const least = sizes.reduce((a, b) => Math.min(a, b), Infinity)
  const scientific = largest >= 1e8 || least < 1e-4
  const raw = (x: number, digits: number): string =>
    scientific ? x.toExponential(digits).replace('e+', 'e') : x.toFixed(digits)
  const digits = [...sizes, 0].reduce((n, x) => Math.max(n, needed(raw(x, precision))), 0)
  return (x) => (Number.isFinite(x) ? sign(x) + raw(Math.abs(x), digits) : String(x))
}

const format = (dtype: DType, xs: ReadonlyArray<number>, precision: number): Format =>
  dtype === 'bool' ? (x) => String(x !== 0) : isFloat(dtype) ? floatFormat(xs, precision) : String

/** Shown positions along an axis; `undefined` stands for the ellipsis. */
const visible = (d: number, s: Settings, summarise: boolean): ReadonlyArray<number | undefined> =>
  summarise && d > 2 * s.edge ? [...range(0, s.edge), undefined, ...range(d - s.edge, d)] : range(0, d)

/** The flat positions that are shown. */
const shown = (shape: Dims, s: Settings, summarise: boolean): ReadonlyArray<number> =>
  shape.reduce<ReadonlyArray<number>>(
    (starts, d) =>
      starts.flatMap((at) => visible(d, s, summarise).flatMap((i) => (i === undefined ? [] : [at * d + i]))),
    [0]
  )

/** Items separated by commas, broken into lines of at most `width` characters. */
const wrap = (items: ReadonlyArray<string>, indent: string, width: number): string =>
  items.reduce<{ readonly text: string; readonly column: number }>(
    ({ text, column }, item, i) => {
      if (i === 0) return { text: item, column: indent.length + item.length }
      const next = column + 2 + item.length
      return next < width
        ? { text: `${text}, ${item}`, column: next }
        : { text: `${text},\n${indent}${item}`, column: indent.length + item.length }
    },
    { text: '', column: 0 }
  ).text

/** Brackets around the part at `at`, `depth` axes deep. Recursion is over axes. */
const brackets = (
  shape: Dims,
  depth: number,
  at: number,
  s: Settings,
  summarise: boolean,
  cell: (i: number) => string
): string => {
  if (depth === shape.length) return cell(at)
  const d = dim(shape, depth)
  const indent = ' '.repeat(depth + 1)
  const items = visible(d, s, summarise).map((i) =>
    i === undefined ? '...' : brackets(shape, depth + 1, at * d + i, s, summarise, cell)
  )
  const below = shape.length - depth - 1
  return `[${below === 0 ? wrap(items, indent, s.width) : items.join(`,${'\n'.repeat(below)}${indent}`)}]`
}

/** The elements alone, without dtype and shape. */
export const showElements =
  (options: ShowOptions = {}) =>
  (t: Tensor): string => {
    if (size(t.shape) === 0) return '[]'
    const s = settings(options)
    const data = elements(t)
    const summarise = data.length > s.threshold
    const at = shown(t.shape, s, summarise)
    const text = format(
      t.dtype,
      at.map((i) => data[i] ?? NaN),
      s.precision
    )
    const width = at.reduce((n, i) => Math.max(n, text(data[i] ?? NaN).length), 0)
    return brackets(t.shape, 0, 0, s, summarise, (i) => text(data[i] ?? NaN).padStart(width))
  }

/** The shortest digits that read back as the same element of that dtype. */
export const showNumber = (dtype: DType, x: number): string => {
  if (dtype === 'bool') return String(x !== 0)
  if (Object.is(x, -0)) return '-0'
  if (dtype !== 'f32' || !Number.isFinite(x)) return String(x)
  const digits = range(1, 10).find((n) => Math.fround(Number(x.toPrecision(n))) === x)
  return digits === undefined ? String(x) : String(Number(x.toPrecision(digits)))
}

/**
 * Shows tensors with options of one's own.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { showTensorWith, tensor } from 'adjoint'
 *
 * strictEqual(showTensorWith({ precision: 2 }).show(tensor([1 / 3, 10])), '[ 0.33, 10.00]: f32[2]')
 * ```
 *
 * @since 0.1.0
 * @category instances
 */
export const showTensorWith = (options: ShowOptions): Show<Tensor> => ({
  show: (t) => `${showElements(options)(t)}: ${t.dtype}${showDims(t.shape)}`
})

/**
 * Tensors as text: aligned columns, dtype and shape at the end; more than 1000 elements are summarised.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { showTensor, tensor } from 'adjoint'
 *
 * strictEqual(showTensor.show(tensor([[1, 2.5], [-3, NaN]])), '[[ 1.0,  2.5],\n [-3.0,  NaN]]: f32[2, 2]')
 * ```
 *
 * @since 0.1.0
 * @category instances
 */
export const showTensor: Show<Tensor> = showTensorWith({})
