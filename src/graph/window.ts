/** Families that look at their operand through windows. The sizes of the result are given: how far windows go is up to whoever asks. */
import { dim, isDim, range, shapeProblem, showDims, size as count, type Dims } from '../tensor/dims.js'
import { elementAt, type Windows } from '../tensor/windows.js'
import type { Conv, Value, Window, WindowOp } from './Expr.js'
import { never, type Attributes, type Forms, type Rounding } from './form.js'
import { firstOf, guard, type Problem } from './guard.js'

const windowRounding: Readonly<Record<WindowOp, Rounding>> = { sum: 'terms', max: 'never', argmax: 'never' }

const isStep = (s: number): boolean => Number.isSafeInteger(s) && s >= 1

/** `rank` axes slide. */
const windowsProblem = (w: Windows, rank: number): Problem =>
  firstOf(
    [
      [w.strides, w.low, w.inputDilation, w.windowDilation].some((p) => p.length !== rank),
      () =>
        `strides ${showDims(w.strides)}, padding ${showDims(w.low)} and dilations ${showDims(w.inputDilation)}, ${showDims(w.windowDilation)} must be given for each of ${String(rank)} axes`
    ],
    [
      ![...w.strides, ...w.inputDilation, ...w.windowDilation].every(isStep),
      () =>
        `strides ${showDims(w.strides)} and dilations ${showDims(w.inputDilation)}, ${showDims(w.windowDilation)} must be integers >= 1`
    ],
    [!w.low.every(Number.isSafeInteger), () => `padding ${showDims(w.low)} must be integers`]
  )

const numbersProblem = (x: Value): Problem =>
  x.dtype === 'bool' ? 'takes numbers, not bool; convert the operand first' : undefined

const convProblem = (spatial: Dims, kernel: Value, x: Value): Problem => {
  const rank = x.shape.length
  const channels = dim(x.shape, rank - 1)
  return firstOf(
    [
      x.dtype !== kernel.dtype,
      () => `dtypes ${x.dtype} and ${kernel.dtype} differ; convert one of them with convert(...)`
    ],
    [numbersProblem(x) !== undefined, () => numbersProblem(x) ?? ''],
    [
      rank < 3 || kernel.shape.length !== rank || spatial.length !== rank - 3,
      () =>
        `${showDims(x.shape)} and a kernel ${showDims(kernel.shape)} do not have groups, channels and ${String(spatial.length)} axes to slide along`
    ],
    [
      dim(x.shape, 0) !== dim(kernel.shape, 0),
      () => `groups ${String(dim(x.shape, 0))} and ${String(dim(kernel.shape, 0))} differ`
    ],
    [
      channels !== dim(kernel.shape, rank - 2),
      () =>
        `the operand has ${String(channels)} channels, the kernel ${String(dim(kernel.shape, rank - 2))} (${showDims(x.shape)}, ${showDims(kernel.shape)})`
    ]
  )
}

/** `spatial` are the sizes of the result along the axes that slide. */
export const conv = (spatial: Dims, windows: Windows, kernel: Value, x: Value): Value =>
  guard(
    'conv',
    [x, kernel],
    () => shapeProblem(spatial) ?? convProblem(spatial, kernel, x) ?? windowsProblem(windows, spatial.length),
    () => ({
      _tag: 'Conv',
      x,
      kernel,
      windows,
      dtype: x.dtype,
      shape: [...x.shape.slice(0, 2), ...spatial, ...kernel.shape.slice(-1)]
    })
  )

/** Whether every position along an axis has an element in its window. */
const isCovered = (w: Windows, axis: number, d: number, positions: number, offsets: number): boolean =>
  range(0, positions).every((p) => range(0, offsets).some((k) => elementAt(w, axis, d, p, k) >= 0))

const windowProblem = (op: WindowOp, shape: Dims, size: Dims, w: Windows, x: Value): Problem =>
  firstOf(
    [numbersProblem(x) !== undefined, () => numbersProblem(x) ?? ''],
    [
      shape.length !== x.shape.length || size.length !== x.shape.length || !size.every(isDim),
      () => `windows ${showDims(size)} do not have a size for each axis of ${showDims(x.shape)}`
    ],
    [windowsProblem(w, shape.length) !== undefined, () => windowsProblem(w, shape.length) ?? ''],
    [
      op !== 'sum' && w.inputDilation.some((d) => d !== 1),
      () => `the operand of ${op} cannot be dilated, only that of sums; got ${showDims(w.inputDilation)}`
    ],
    [
      op !== 'sum' &&
        count(shape) > 0 &&
        !shape.every((n, axis) => isCovered(w, axis, dim(x.shape, axis), n, dim(size, axis))),
      () => `some windows ${showDims(size)} over ${showDims(x.shape)} hold no elements; pad less`
    ]
  )

export const window = (op: WindowOp, shape: Dims, size: Dims, windows: Windows, x: Value): Value =>
  guard(
    `${op}Window`,
    [x],
    () => shapeProblem(shape) ?? windowProblem(op, shape, size, windows, x),
    () => ({ _tag: 'Window', op, x, size, windows, shape, dtype: op === 'argmax' ? 'i32' : x.dtype })
  )

const some = (counts: Dims, usual: number): boolean => counts.some((c) => c !== usual)

const sliding = (w: Windows): Attributes => [
  ['strides', w.strides, some(w.strides, 1)],
  ['low', w.low, some(w.low, 0)],
  ['inputDilation', w.inputDilation, some(w.inputDilation, 1)],
  ['windowDilation', w.windowDilation, some(w.windowDilation, 1)]
]

export const windows: Forms<Conv | Window> = {
  Conv: {
    operands: (n) => [n.x, n.kernel],
    attributes: (n) => sliding(n.windows),
    make: (n, [x, kernel]) => conv(n.shape.slice(2, -1), n.windows, kernel!, x!),
    fails: never,
    rounds: () => 'terms'
  },
  Window: {
    name: (n) => `${n.op}Window`,
    operands: (n) => [n.x],
    attributes: (n) => [['size', n.size], ...sliding(n.windows)],
    make: (n, [x]) => window(n.op, n.shape, n.size, n.windows, x!),
    fails: never,
    rounds: (n) => windowRounding[n.op]
  }
}
