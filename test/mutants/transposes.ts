/** Faults in the transposes of the linear maps. */
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { node } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { compose, id, scale, zero, type Linear } from '../../src/linear/Linear.js'
import { dim, equalDims, invertPermutation, pick, range, size, without } from '../../src/tensor/dims.js'
import { calculus } from '../../src/transform/differentiate.js'
import { linearSamples } from '../../laws/own/linear.js'
import { keys } from '../../laws/grow/sample.js'
import { common, wrongTranspose, type Constructor, type Equivalent, type Mutant } from './mutant.js'
import { forward, nextIndex, shifted } from './moves.js'

const planted = <C extends Linear['_tag']>(
  tag: C,
  what: string,
  change: (t: Linear, l: Constructor<C>) => Linear
): Mutant => ({
  fault: `transpose of ${tag}: ${what}`,
  near: `Linear ${tag}: adjointness`,
  rules: wrongTranspose(tag, change)
})

const factors = keys(linearSamples)
  .filter((tag) => tag !== 'Zero')
  .flatMap((tag) => Object.entries(common).map(([what, change]) => planted(tag, what, (t) => change(t))))

const reversal = (x: Linear['from']): Linear => ({
  _tag: 'Reverse',
  axes: range(0, x.shape.length),
  from: x,
  to: x
})

/** The first element along the axes that a broadcast added, in place of their sum. */
const firstOnly = (t: Linear, l: Constructor<'Broadcast'>): Linear => {
  const added = without(range(0, l.to.shape.length), l.axes)
  const cut = l.to.shape.map((d, i) => (added.includes(i) ? Math.min(1, d) : d))
  const middle = { shape: cut, dtype: l.to.dtype }
  const slice: Linear = {
    _tag: 'Slice',
    start: cut.map(() => 0),
    limit: cut,
    stride: cut.map(() => 1),
    from: l.to,
    to: middle
  }
  return size(cut) === size(l.from.shape) ? compose({ _tag: 'Reshape', from: middle, to: l.from }, slice) : t
}

/** How often each place of a lookup is read. */
const readings = (t: Constructor<'Scatter'>): Value =>
  make.binary(
    'max',
    full(1, t.to),
    make.scatter(dim(t.to.shape, t.axis), t.axis, t.batch, t.indices, full(1, t.from))
  )

const exceptFirst = (x: Linear['to']): Value => {
  const flat = make.iota(0, [size(x.shape)], x.dtype)
  return make.reshape(x.shape, make.convert(x.dtype, make.binary('gt', flat, full(0, flat))))
}

const additive: ReadonlyArray<Mutant> = [
  planted('Broadcast', 'missing sum', firstOnly),
  planted('Broadcast', 'mean', (t, l) =>
    compose(scale(full(size(l.from.shape) / Math.max(1, size(l.to.shape)), t.to)), t)
  ),
  planted('Sum', 'mean', (t, l) =>
    compose(scale(full(size(l.to.shape) / Math.max(1, size(l.from.shape)), t.to)), t)
  ),
  planted('Sum', 'first element dropped', (t) => compose(scale(exceptFirst(t.to)), t)),
  planted('Sum', 'wrong axes where the shape allows it', (t, l) => {
    const axes = t._tag === 'Broadcast' ? t.axes.map((axis) => (axis + 1) % l.from.shape.length) : []
    const fits =
      equalDims(pick(l.from.shape, axes), l.to.shape) && axes.every((x, i) => i === 0 || x > axes[i - 1]!)
    return t._tag === 'Broadcast' && fits ? { ...t, axes } : t
  }),
  planted('Scale', 'inverse', (t, l) => ({ ...t, ...scale(make.unary('reciprocal', l.by)) })),
  planted('Scale', 'absolute value', (t, l) => ({ ...t, ...scale(make.unary('abs', l.by)) })),
  planted('Mask', 'complement', (t) => (t._tag === 'Mask' ? { ...t, keep: !t.keep } : t)),
  planted('Mask', 'condition ignored', (t) => id(t.from)),
  planted('Id', 'elements in reverse', (t) => reversal(t.to)),
  planted('Zero', 'ones leak', (t) => {
    const one = (): Value => full(1, t.to)
    return { _tag: 'Given', map: { apply: one, transpose: one }, from: t.from, to: t.to }
  })
]

const moving: ReadonlyArray<Mutant> = [
  planted('Reshape', 'elements in reverse', (t) => compose(reversal(t.to), t)),
  planted('Reshape', 'columns for rows where the shape allows it', (t) => {
    const permutation = [...range(0, t.from.shape.length)].reverse()
    return equalDims(pick(t.from.shape, permutation), t.to.shape)
      ? { _tag: 'Permute', permutation, from: t.from, to: t.to }
      : t
  }),
  planted('Permute', 'not inverted', (t, l) =>
    equalDims(pick(l.to.shape, l.permutation), l.from.shape) ? { ...l, from: l.to, to: l.from } : t
  ),
  planted('Permute', 'forgotten where the shape allows it', (t) =>
    equalDims(t.from.shape, t.to.shape) ? id(t.from) : t
  ),
  planted('Reverse', 'forgotten', (t) => id(t.from)),
  planted('Reverse', 'of all axes', (t) => reversal(t.from)),
  planted('Slice', 'off by one', (t) => (t._tag === 'Pad' ? shifted(t) : t)),
  planted('Slice', 'margins exchanged', (t) => (t._tag === 'Pad' ? { ...t, low: t.high, high: t.low } : t)),
  planted('Slice', 'stride ignored', (t) =>
    t._tag === 'Pad'
      ? {
          ...t,
          interior: t.interior.map(() => 0),
          high: t.high.map((h, i) => h + dim(t.interior, i) * Math.max(0, dim(t.from.shape, i) - 1))
        }
      : t
  ),
  planted('Pad', 'off by one', (t) => (t._tag === 'Slice' ? forward(t) : t)),
  planted('Pad', 'interior ignored', (t, l) =>
    t._tag === 'Slice'
      ? { ...t, stride: t.stride.map(() => 1), limit: t.start.map((s, i) => s + dim(l.from.shape, i)) }
      : t
  ),
  planted('Pad', 'low margin ignored', (t) =>
    t._tag === 'Slice'
      ? { ...t, start: t.start.map(() => 0), limit: t.limit.map((m, i) => m - dim(t.start, i)) }
      : t
  ),
  planted('WindowSum', 'windows not turned', (t, l) =>
    t._tag === 'WindowSum' ? { ...t, windows: l.windows } : t
  ),
  planted('WindowSum', 'strides kept', (t, l) =>
    t._tag === 'WindowSum'
      ? {
          ...t,
          windows: { ...t.windows, strides: l.windows.strides, inputDilation: l.windows.inputDilation }
        }
      : t
  ),
  planted('WindowSum', 'padding kept', (t, l) =>
    t._tag === 'WindowSum' ? { ...t, windows: { ...t.windows, low: l.windows.low } } : t
  ),
  planted('Gather', 'off by one index', (t, l) =>
    t._tag === 'Scatter' ? { ...t, indices: nextIndex(l.indices, dim(l.from.shape, l.axis)) } : t
  ),
  planted('Gather', 'repeated indices averaged', (t) =>
    t._tag === 'Scatter' ? compose(scale(make.unary('reciprocal', readings(t))), t) : t
  ),
  planted('Gather', 'first index for all', (t) =>
    t._tag === 'Scatter' ? { ...t, indices: full(0, t.indices) } : t
  ),
  planted('Scatter', 'off by one index', (t, l) =>
    t._tag === 'Gather' ? { ...t, indices: nextIndex(l.indices, dim(l.to.shape, l.axis)) } : t
  ),
  planted('Scatter', 'first element dropped', (t) => compose(scale(exceptFirst(t.to)), t)),
  planted('Scatter', 'first index for all', (t) =>
    t._tag === 'Gather' ? { ...t, indices: full(0, t.indices) } : t
  )
]

/** The transpose of a contraction, with another order of the axes after the product. */
const relaid = (t: Linear, l: Constructor<'Contract'>): Linear => {
  const mine = l.side === 'left' ? 0 : 1
  const [batch, contract] = [l.dims.batch[mine], l.dims.contract[mine]]
  const free = without(range(0, l.from.shape.length), [...batch, ...contract])
  const layout = [...batch, ...free, ...contract]
  return t._tag === 'Compose' && equalDims(pick(l.from.shape, layout), t.first.to.shape)
    ? compose(
        { _tag: 'Permute', permutation: invertPermutation(layout), from: t.first.to, to: t.to },
        t.first
      )
    : t
}

const composed: ReadonlyArray<Mutant> = [
  planted('Contract', 'axes left as the product has them, where the shape allows it', (t) =>
    t._tag === 'Compose' && equalDims(t.first.to.shape, t.to.shape) ? t.first : t
  ),
  planted('Contract', 'contracted axes in the order of the pairs', relaid),
  planted('Contract', 'other operand in reverse', (t) =>
    t._tag === 'Compose' && t.first._tag === 'Contract'
      ? compose(t.second, {
          ...t.first,
          other: make.reverse(range(0, t.first.other.shape.length), t.first.other)
        })
      : t
  ),
  planted('Contract', 'contracted axes paired in another order, where the shape allows it', (t) => {
    if (t._tag !== 'Compose' || t.first._tag !== 'Contract') return t
    const [mine, theirs] = t.first.dims.contract
    const other = [...theirs].reverse()
    const { shape } = t.first.other
    return equalDims(pick(shape, other), pick(shape, theirs))
      ? compose(t.second, { ...t.first, dims: { ...t.first.dims, contract: [mine, other] } })
      : t
  }),
  planted('Conv', 'kernel not turned around', (t) =>
    t._tag === 'Conv' ? { ...t, other: make.reverse(range(1, t.other.shape.length - 2), t.other) } : t
  ),
  planted('Conv', 'padding kept', (t, l) =>
    t._tag === 'Conv' ? { ...t, windows: { ...t.windows, low: l.windows.low } } : t
  ),
  planted('Conv', 'strides kept', (t, l) => {
    const { strides, inputDilation } = l.windows
    return t._tag === 'Conv' ? { ...t, windows: { ...t.windows, strides, inputDilation } } : t
  }),
  planted('Conv', 'groups exchanged', (t) =>
    t._tag === 'Conv' ? { ...t, other: make.reverse([0], t.other) } : t
  ),
  planted('Conv', 'positions and offsets not exchanged', (t, l) =>
    l.side === 'kernel' &&
    t._tag === 'Compose' &&
    t.first._tag === 'Compose' &&
    t.first.second._tag === 'Conv'
      ? compose(t.second, compose({ ...t.first.second, windows: l.windows }, t.first.first))
      : t
  ),
  planted('Compose', 'order kept where the shape allows it', (t, l) =>
    equalDims(l.first.from.shape, l.first.to.shape) && equalDims(l.second.from.shape, l.second.to.shape)
      ? compose(calculus.transpose(l.second), calculus.transpose(l.first))
      : t
  ),
  planted('Compose', 'second map forgotten where the shape allows it', (t, l) =>
    equalDims(l.second.from.shape, l.second.to.shape) ? calculus.transpose(l.first) : t
  ),
  planted('Compose', 'first map not transposed where the shape allows it', (t, l) =>
    equalDims(l.first.from.shape, l.first.to.shape) ? compose(l.first, calculus.transpose(l.second)) : t
  ),
  planted('Given', 'not transposed', (t, l) => ({ _tag: 'Given', map: l.map, from: t.from, to: t.to })),
  planted('Given', 'the transpose applied twice', (t, l) => ({
    _tag: 'Given',
    map: { apply: (x) => l.map.transpose(node(l.map.transpose(x))), transpose: l.map.apply },
    from: t.from,
    to: t.to
  })),
  planted('Convert', 'zero between different precisions', (t) =>
    t.from.dtype === t.to.dtype ? t : zero(t.from, t.to)
  )
]

export const transposeMutants: ReadonlyArray<Mutant> = [...factors, ...additive, ...moving, ...composed]

export const transposeEquivalents: ReadonlyArray<Equivalent> = [
  { fault: 'transpose of Zero: factor, sign, dropped', reason: 'every multiple of zero is zero' }
]
