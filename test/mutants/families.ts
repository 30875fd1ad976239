/** Faults in the derivatives of the families that are not scalar functions. */
import * as make from '../../src/graph/make.js'
import type { Windows } from '../../src/tensor/windows.js'
import type { Node, Reduce, Value, Window } from '../../src/graph/Expr.js'
import { compose, id, scale, type Linear } from '../../src/linear/Linear.js'
import { attainment } from '../../src/rules/reduce.js'
import { full } from '../../src/graph/terms.js'
import { dim, equalDims, pick, range, size, without } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import {
  common,
  family,
  reduce,
  wrongDerivative,
  type Change,
  type Constructor,
  type Equivalent,
  type Matches,
  type Mutant
} from './mutant.js'
import { forward, nextIndex } from './moves.js'

interface Place {
  readonly name: string
  readonly near: string
  readonly operand: number
  readonly matches: Matches
}

const place = (tag: Node['_tag'], operand = 0): Place => ({
  name: `${tag}, operand ${String(operand)}`,
  near: tag,
  operand,
  matches: family(tag)
})

const places: ReadonlyArray<Place> = [
  place('Select', 1),
  place('Select', 2),
  place('Convert'),
  ...(['sum', 'prod', 'max', 'min'] as const).map((op) => ({
    name: `Reduce ${op}`,
    near: 'Reduce',
    operand: 0,
    matches: reduce(op)
  })),
  place('Broadcast'),
  place('Reshape'),
  place('Permute'),
  place('Slice'),
  place('Pad'),
  place('Concat'),
  place('Concat', 1),
  place('Reverse'),
  place('Contract'),
  place('Contract', 1),
  place('Conv'),
  place('Conv', 1),
  ...(['sum', 'max'] as const).map((op) => ({
    name: `Window ${op}`,
    near: 'Window',
    operand: 0,
    matches: (n: Node) => n._tag === 'Window' && n.op === op
  })),
  place('Gather'),
  place('Scatter'),
  place('Custom'),
  place('Custom', 1)
]

const nonzero =
  (change: (l: Linear) => Linear): Change =>
  (l) =>
    l._tag === 'Zero' ? l : change(l)

const factors = places.flatMap(({ name, near, operand, matches }) =>
  Object.entries(common).map(([what, change]) => ({
    fault: `${name}: ${what}`,
    near,
    rules: wrongDerivative(matches, operand, nonzero(change))
  }))
)

/** A fault of a family whose map has one constructor. */
const structural = <C extends Linear['_tag'] & Node['_tag']>(
  tag: C,
  what: string,
  change: (l: Constructor<C>) => Linear,
  operand = 0
): Mutant => ({
  fault: `${tag}, operand ${String(operand)}: ${what}`,
  near: tag,
  rules: wrongDerivative(family(tag), operand, (l) => (l._tag === tag ? change(l as Constructor<C>) : l))
})

const sumOf = (n: Reduce): Linear => ({ _tag: 'Sum', axes: n.axes, from: n.x, to: n })

const reduction = (op: Reduce['op'], what: string, change: (n: Reduce) => Linear): Mutant => ({
  fault: `Reduce ${op}: ${what}`,
  near: 'Reduce',
  rules: wrongDerivative(reduce(op), 0, (l, n) =>
    n._tag === 'Reduce' && isFloat(n.dtype) && isFloat(n.x.dtype) ? change(n) : l
  )
})

const quotient = (n: Reduce): Value =>
  make.binary('div', make.broadcast(n.x.shape, without(range(0, n.x.shape.length), n.axes), n), n.x)

const reductions: ReadonlyArray<Mutant> = [
  reduction('sum', 'mean', (n) =>
    compose(sumOf(n), scale(full(1 / Math.max(1, size(pick(n.x.shape, n.axes))), n.x)))
  ),
  reduction('prod', 'y / x, undefined with zeros', (n) => compose(sumOf(n), scale(quotient(n)))),
  reduction('prod', 'that of the sum', sumOf),
  reduction('max', 'all elements attain it', sumOf),
  reduction('min', 'all elements attain it', sumOf),
  reduction('max', 'that of the minimum', (n) =>
    compose(sumOf(n), scale(attainment(n.x, make.reduce('min', n.axes, n.x), n.axes)))
  ),
  reduction('min', 'that of the maximum', (n) =>
    compose(sumOf(n), scale(attainment(n.x, make.reduce('max', n.axes, n.x), n.axes)))
  )
]

/** The maps of the operands, exchanged. */
const rowsExchanged = (tag: Node['_tag']): Calculus => ({
  ...calculus,
  derivative: (n) => {
    const rows = calculus.derivative(n)
    const [a, b, ...rest] = rows
    const same = a?.[0]?.from.shape.join() === b?.[0]?.from.shape.join()
    return n._tag === tag && same && a !== undefined && b !== undefined ? [b, a, ...rest] : rows
  }
})

const reversedAxis = (l: Constructor<'Contract'>): Linear => ({
  ...l,
  other: make.reverse(range(0, l.other.shape.length), l.other)
})

/** Windows that look elsewhere. */
const displaced: ReadonlyArray<readonly [what: string, (w: Windows) => Windows]> = [
  ['padding off by one', (w) => ({ ...w, low: w.low.map((d) => d + 1) })],
  ['padding forgotten', (w) => ({ ...w, low: w.low.map(() => 0) })],
  ['stride ignored', (w) => ({ ...w, strides: w.strides.map(() => 1) })],
  ['gaps in the operand ignored', (w) => ({ ...w, inputDilation: w.inputDilation.map(() => 1) })],
  ['gaps in windows ignored', (w) => ({ ...w, windowDilation: w.windowDilation.map(() => 1) })]
]

const windowFault = (op: Window['op'], what: string, change: (w: Windows) => Windows): Mutant => ({
  fault: `Window ${op}: ${what}`,
  near: 'Window',
  rules: wrongDerivative(family('Window'), 0, (l) =>
    l._tag === 'WindowSum' ? { ...l, windows: change(l.windows) } : l
  )
})

/** The lookup of what a maximum came from, with other indices. */
const pooling = (op: Window['op'], what: string, change: (n: Window, indices: Value) => Value): Mutant => ({
  fault: `Window ${op}: ${what}`,
  near: 'Window',
  rules: wrongDerivative(family('Window'), 0, (l, n) =>
    n._tag === 'Window' && l._tag === 'Compose' && l.second._tag === 'Gather'
      ? compose({ ...l.second, indices: change(n, l.second.indices) }, l.first)
      : l
  )
})

const movements: ReadonlyArray<Mutant> = [
  structural('Permute', 'inverted', (l) => {
    const inverse = l.permutation.map((_, axis) => l.permutation.indexOf(axis))
    return equalDims(pick(l.from.shape, inverse), l.to.shape) ? { ...l, permutation: inverse } : l
  }),
  structural('Reverse', 'forgotten', (l) => id(l.from)),
  structural('Reverse', 'of all axes', (l) => ({ ...l, axes: range(0, l.from.shape.length) })),
  structural('Reshape', 'elements in reverse', (l) =>
    compose({ _tag: 'Reverse', axes: range(0, l.to.shape.length), from: l.to, to: l.to }, l)
  ),
  structural('Slice', 'off by one', forward),
  structural('Slice', 'stride ignored', (l) => ({
    ...l,
    stride: l.stride.map(() => 1),
    limit: l.start.map((s, i) => s + dim(l.to.shape, i))
  })),
  structural('Slice', 'start ignored', (l) => ({
    ...l,
    start: l.start.map(() => 0),
    limit: l.limit.map((m, i) => m - dim(l.start, i))
  })),
  structural('Pad', 'margins exchanged', (l) => ({ ...l, low: l.high, high: l.low })),
  structural('Pad', 'interior behind the elements', (l) => {
    const gaps = l.interior.map((g, i) => g * Math.max(0, dim(l.from.shape, i) - 1))
    return { ...l, interior: gaps.map(() => 0), high: l.high.map((h, i) => h + dim(gaps, i)) }
  }),
  {
    fault: 'Concat: second operand at the place of the first',
    near: 'Concat',
    rules: wrongDerivative(family('Concat'), 1, (l) =>
      l._tag === 'Pad' ? { ...l, low: l.high, high: l.low } : l
    )
  },
  structural('Contract', 'other operand in reverse', reversedAxis),
  structural('Contract', 'other operand in reverse', reversedAxis, 1),
  ...[0, 1].flatMap((operand) => [
    structural(
      'Conv',
      'other operand in reverse',
      (l) => ({ ...l, other: make.reverse(range(0, l.other.shape.length), l.other) }),
      operand
    ),
    ...displaced.map(([what, change]) =>
      structural('Conv', what, (l) => ({ ...l, windows: change(l.windows) }), operand)
    )
  ]),
  ...displaced.map(([what, change]) => windowFault('sum', what, change)),
  pooling('max', 'the element after it', (n, indices) => nextIndex(indices, size(n.x.shape))),
  pooling('max', 'the first element', (_, indices) => full(0, indices)),
  structural('Gather', 'off by one index', (l) => ({
    ...l,
    indices: nextIndex(l.indices, dim(l.from.shape, l.axis))
  })),
  structural('Scatter', 'off by one index', (l) => ({
    ...l,
    indices: nextIndex(l.indices, dim(l.to.shape, l.axis))
  })),
  { fault: 'Custom: operands exchanged', near: 'Custom', rules: rowsExchanged('Custom') }
]

const branches: ReadonlyArray<Mutant> = [1, 2].flatMap((operand) => [
  {
    fault: `Select, operand ${String(operand)}: the other branch`,
    near: 'Select',
    rules: wrongDerivative(family('Select'), operand, (l) =>
      l._tag === 'Mask' ? { ...l, keep: !l.keep } : l
    )
  },
  {
    fault: `Select, operand ${String(operand)}: condition ignored`,
    near: 'Select',
    rules: wrongDerivative(family('Select'), operand, (l) => (l._tag === 'Mask' ? id(l.from) : l))
  }
])

export const familyMutants: ReadonlyArray<Mutant> = [...factors, ...reductions, ...movements, ...branches]

export const familyEquivalents: ReadonlyArray<Equivalent> = [
  {
    fault: 'Project: any',
    reason: 'both modes read the slot of the result themselves and never ask the rule'
  },
  {
    fault: 'Input, Constant, Iota, RandomBits, ArgReduce: any',
    reason: 'they have no operand of floating-point dtype and result that a derivative could pass through'
  }
]
