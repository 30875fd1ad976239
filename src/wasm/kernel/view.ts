/** Where the elements of a value lie: moves (broadcast, permute, slice, reverse, reshape) are other ways to walk through the same memory. */
import type { Move } from '../../graph/Expr.js'
import { dim, equalDims, strides, type Dims } from '../../tensor/dims.js'

/** Element `i` of a value lies at `offset + sum_k i_k steps_k` of the dense value at position `base` of the program. */
export interface View {
  readonly base: number
  readonly offset: number
  readonly steps: Dims
}

export const dense = (base: number, shape: Dims): View => ({ base, offset: 0, steps: strides(shape) })

/** Whether a view reads all of a dense value in order. */
export const isDense = (v: View, shape: Dims): boolean => {
  const own = strides(shape)
  return v.offset === 0 && shape.every((d, i) => d === 1 || own[i] === v.steps[i])
}

type Walk = Omit<View, 'base'>

/** Whether two walks through one buffer are the same. */
export const sameWalk = (a: Walk, b: Walk): boolean => a.offset === b.offset && equalDims(a.steps, b.steps)

interface Group {
  readonly from: Dims
  readonly to: Dims
}

/** Runs of axes before and after a reshape that hold the same elements. Sizes are positive; axes of size 1 may stand anywhere. */
const groups = (from: Dims, to: Dims): ReadonlyArray<Group> => {
  const out: Array<Group> = []
  for (let [i, j] = [0, 0]; i < from.length || j < to.length;) {
    const [i0, j0] = [i, j]
    let [m, n] = [from[i++] ?? 1, to[j++] ?? 1]
    while (m !== n) {
      if (m < n) m *= from[i++] ?? 1
      else n *= to[j++] ?? 1
    }
    out.push({ from: from.slice(i0, i), to: to.slice(j0, j) })
  }
  return out
}

/** Steps of the axes that a run of axes is split into, if the run is walked with one step. */
const regrouped = ({ from, to }: Group, steps: Dims): Dims | undefined => {
  const axes = from.flatMap((d, i) => (d === 1 ? [] : [{ d, step: dim(steps, i) }]))
  const last = axes.at(-1)?.step ?? 0
  const walked = axes.every(({ step }, i) => {
    const next = axes[i + 1]
    return next === undefined || step === next.step * next.d
  })
  return walked ? strides(to).map((s) => s * last) : undefined
}

/** The same walk over other axes, where one exists. */
export const reshaped = (v: View, from: Dims, to: Dims): View | undefined => {
  if (equalDims(from, to)) return v
  if (from.includes(0)) return { ...v, steps: strides(to) }
  let at = 0
  const steps: Array<number> = []
  for (const g of groups(from, to)) {
    const some = regrouped(g, v.steps.slice(at, at + g.from.length))
    if (some === undefined) return undefined
    steps.push(...some)
    at += g.from.length
  }
  return { ...v, steps }
}

const startOf = (v: View, start: Dims): number =>
  start.reduce((sum, s, i) => sum + s * dim(v.steps, i), v.offset)

/** The view of a moved value, given that of what is moved; `undefined` where elements must be copied. */
export const moved = (n: Move, v: View): View | undefined => {
  switch (n._tag) {
    case 'Broadcast':
      return {
        ...v,
        steps: n.shape.map((_, i) => (n.axes.includes(i) ? dim(v.steps, n.axes.indexOf(i)) : 0))
      }
    case 'Permute':
      return { ...v, steps: n.permutation.map((p) => dim(v.steps, p)) }
    case 'Slice':
      return { ...v, offset: startOf(v, n.start), steps: v.steps.map((s, i) => s * dim(n.stride, i)) }
    case 'Reverse': {
      const last = n.shape.map((d, i) => (n.axes.includes(i) ? Math.max(0, d - 1) : 0))
      return {
        ...v,
        offset: startOf(v, last),
        steps: v.steps.map((s, i) => (n.axes.includes(i) ? -s : s))
      }
    }
    case 'Reshape':
      return reshaped(v, n.x.shape, n.shape)
  }
}
