/** Planted faults: calculi with one wrong rule each, and the law that should notice. */
import * as build from '../../src/graph/build/index.js'
import type { BinaryOp, Node, ReduceOp, UnaryOp } from '../../src/graph/Expr.js'
import { operands } from '../../src/graph/fold.js'
import { full } from '../../src/linear/apply.js'
import { compose, id, scale, zero, type Linear } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { equalDims, range, size } from '../../src/tensor/dims.js'

export interface Mutant {
  readonly fault: string
  /** How the names of the laws begin that should find it. */
  readonly law: string
  readonly rules: Calculus
}

type Change = (l: Linear, n: Node) => Linear

/** Changes the map of one operand of the nodes that match. */
const wrongDerivative = (matches: (n: Node) => boolean, operand: number, change: Change): Calculus => ({
  ...calculus,
  derivative: (n) => {
    const rows = calculus.derivative(n)
    return matches(n) ? rows.map((row, j) => (j === operand ? row.map((l) => change(l, n)) : row)) : rows
  }
})

/** Changes the transpose of one constructor; `l` is the map itself, `t` its right transpose. */
const wrongTranspose = <C extends Linear['_tag']>(
  tag: C,
  change: (t: Linear, l: Extract<Linear, { readonly _tag: C }>) => Linear
): Calculus => {
  const transpose = (l: Linear): Linear => {
    if (l._tag === 'Compose') return compose(transpose(l.first), transpose(l.second))
    const right = calculus.transpose(l)
    return l._tag === tag ? change(right, l as Extract<Linear, { readonly _tag: C }>) : right
  }
  return { ...calculus, transpose }
}

const unary =
  (op: UnaryOp) =>
  (n: Node): boolean =>
    n._tag === 'Unary' && n.op === op
const binary =
  (op: BinaryOp) =>
  (n: Node): boolean =>
    n._tag === 'Binary' && n.op === op
const reduce =
  (op: ReduceOp) =>
  (n: Node): boolean =>
    n._tag === 'Reduce' && n.op === op
const family =
  (tag: Node['_tag']) =>
  (n: Node): boolean =>
    n._tag === tag

const times =
  (factor: number): Change =>
  (l) =>
    compose(scale(full(factor, l.to)), l)

const dropped: Change = (l) => zero(l.from, l.to)

/** The operands of a node that has two. */
const pair = (n: Node): readonly [Node, Node] => {
  const [a = n, b = n] = operands(n)
  return [a, b]
}

const derivatives: ReadonlyArray<Mutant> = [
  { fault: 'exp: factor 2', law: 'Unary exp', rules: wrongDerivative(unary('exp'), 0, times(2)) },
  {
    fault: 'square: missing factor 2',
    law: 'Unary square',
    rules: wrongDerivative(unary('square'), 0, times(0.5))
  },
  { fault: 'tanh: off by 0.1 %', law: 'Unary tanh', rules: wrongDerivative(unary('tanh'), 0, times(1.001)) },
  { fault: 'sqrt: off by 0.1 %', law: 'Unary sqrt', rules: wrongDerivative(unary('sqrt'), 0, times(0.999)) },
  { fault: 'sin: sign', law: 'Unary sin', rules: wrongDerivative(unary('sin'), 0, times(-1)) },
  {
    fault: 'sub: sign of the second operand',
    law: 'Binary sub',
    rules: wrongDerivative(binary('sub'), 1, times(-1))
  },
  {
    fault: 'div: sign of the second operand',
    law: 'Binary div',
    rules: wrongDerivative(binary('div'), 1, times(-1))
  },
  { fault: 'mul: term dropped', law: 'Binary mul', rules: wrongDerivative(binary('mul'), 1, dropped) },
  {
    fault: 'pow: term of the exponent dropped',
    law: 'Binary pow',
    rules: wrongDerivative(binary('pow'), 1, dropped)
  },
  {
    fault: 'abs: derivative 1',
    law: 'Unary abs',
    rules: wrongDerivative(unary('abs'), 0, (l) => id(l.from))
  },
  {
    fault: 'stopGradient: lets the gradient through',
    law: 'Unary stopGradient',
    rules: wrongDerivative(unary('stopGradient'), 0, (l) => id(l.from))
  },
  {
    fault: 'logistic: argument in place of the result',
    law: 'Unary logistic',
    rules: wrongDerivative(unary('logistic'), 0, (_, n) => {
      const [x] = pair(n)
      return scale(build.binary('mul', x, build.binary('sub', full(1, x), x)))
    })
  },
  {
    fault: 'exp: coefficient cut off, wrong from the second order on',
    law: 'Unary exp',
    rules: wrongDerivative(unary('exp'), 0, (_, n) => scale(build.unary('stopGradient', n)))
  },
  {
    fault: 'hypot: operands exchanged',
    law: 'Binary hypot',
    rules: wrongDerivative(binary('hypot'), 0, (_, n) => scale(build.binary('div', pair(n)[1], n)))
  },
  {
    fault: 'max: all elements attain it',
    law: 'Reduce',
    rules: wrongDerivative(reduce('max'), 0, (l, n) =>
      n._tag === 'Reduce' ? { _tag: 'Sum', axes: n.axes, from: l.from, to: l.to } : l
    )
  },
  {
    fault: 'prod: y / x, undefined with zeros',
    law: 'Reduce',
    rules: wrongDerivative(reduce('prod'), 0, (l, n) => {
      if (n._tag !== 'Reduce') return l
      const kept = range(0, n.x.shape.length).filter((axis) => !n.axes.includes(axis))
      const quotient = build.binary('div', build.broadcast(n.x.shape, kept, n), n.x)
      return compose({ _tag: 'Sum', axes: n.axes, from: l.from, to: l.to }, scale(quotient))
    })
  },
  {
    fault: 'where: branches exchanged',
    law: 'Select',
    rules: wrongDerivative(family('Select'), 1, (l) => (l._tag === 'Mask' ? { ...l, keep: !l.keep } : l))
  },
  {
    fault: 'concat: second operand at the place of the first',
    law: 'Concat',
    rules: wrongDerivative(family('Concat'), 1, (l) =>
      l._tag === 'Pad' ? { ...l, low: l.high, high: l.low } : l
    )
  },
  {
    fault: 'contract: second operand dropped',
    law: 'Contract',
    rules: wrongDerivative(family('Contract'), 1, dropped)
  },
  {
    fault: 'user primitive: first operand dropped',
    law: 'Custom',
    rules: wrongDerivative(family('Custom'), 0, dropped)
  }
]

/** Moves a slice or pad by one element where there is room. */
const shifted = (t: Linear): Linear => {
  if (t._tag !== 'Pad') return t
  const axis = t.high.findIndex((h) => h > 0)
  const by = (xs: ReadonlyArray<number>, d: number): ReadonlyArray<number> =>
    xs.map((x, i) => (i === axis ? x + d : x))
  return axis < 0 ? t : { ...t, low: by(t.low, 1), high: by(t.high, -1) }
}

const nextIndex = (indices: Node, d: number): Node => {
  const next = build.binary('add', indices, full(1, indices))
  return build.select(build.binary('lt', next, full(d, indices)), next, full(0, indices))
}

const transposes: ReadonlyArray<Mutant> = [
  {
    fault: 'broadcast: mean in place of the sum',
    law: 'Linear Broadcast: adjointness',
    rules: wrongTranspose('Broadcast', (t, l) =>
      compose(scale(full(size(l.from.shape) / Math.max(1, size(l.to.shape)), t.to)), t)
    )
  },
  {
    fault: 'sum: term dropped',
    law: 'Linear Sum: adjointness',
    rules: wrongTranspose('Sum', (t, l) =>
      compose(
        scale(build.convert('f64', build.binary('gt', full(size(l.from.shape), t.to), full(3, t.to)))),
        t
      )
    )
  },
  { fault: 'slice: off by one', law: 'Linear Slice: adjointness', rules: wrongTranspose('Slice', shifted) },
  {
    fault: 'pad: interior ignored',
    law: 'Linear Pad: adjointness',
    rules: wrongTranspose('Pad', (t, l) =>
      t._tag === 'Slice'
        ? { ...t, stride: t.stride.map(() => 1), limit: t.start.map((s, i) => s + (l.from.shape[i] ?? 0)) }
        : t
    )
  },
  {
    fault: 'permute: not inverted',
    law: 'Linear Permute: adjointness',
    rules: wrongTranspose('Permute', (t, l) =>
      equalDims(
        l.permutation.map((axis) => l.to.shape[axis] ?? 0),
        l.from.shape
      )
        ? { ...l, from: l.to, to: l.from }
        : t
    )
  },
  {
    fault: 'reverse: forgotten',
    law: 'Linear Reverse: adjointness',
    rules: wrongTranspose('Reverse', (t) => id(t.from))
  },
  {
    fault: 'mask: complement',
    law: 'Linear Mask: adjointness',
    rules: wrongTranspose('Mask', (t) => (t._tag === 'Mask' ? { ...t, keep: !t.keep } : t))
  },
  {
    fault: 'scale: sign',
    law: 'Linear Scale: adjointness',
    rules: wrongTranspose('Scale', (t) => times(-1)(t, full(0, t.to)))
  },
  {
    fault: 'contract: transposed result where the shape allows it',
    law: 'Linear Contract: adjointness',
    rules: wrongTranspose('Contract', (t) =>
      t._tag === 'Compose' && equalDims(t.first.to.shape, t.to.shape) ? t.first : t
    )
  },
  {
    fault: 'gather: off by one index',
    law: 'Linear Gather: adjointness',
    rules: wrongTranspose('Gather', (t, l) =>
      t._tag === 'Scatter' ? { ...t, indices: nextIndex(l.indices, l.from.shape[l.axis] ?? 0) } : t
    )
  },
  {
    fault: 'scatter: off by one index',
    law: 'Linear Scatter: adjointness',
    rules: wrongTranspose('Scatter', (t, l) =>
      t._tag === 'Gather' ? { ...t, indices: nextIndex(l.indices, l.to.shape[l.axis] ?? 0) } : t
    )
  },
  {
    fault: 'convert: forgotten',
    law: 'Linear Convert: adjointness',
    rules: wrongTranspose('Convert', (t) => zero(t.from, t.to))
  },
  {
    fault: 'contract: wrong transpose, seen by the primitive',
    law: 'Contract',
    rules: wrongTranspose('Contract', (t) => times(2)(t, full(0, t.to)))
  },
  {
    fault: 'gather: wrong transpose, seen by the primitive',
    law: 'Gather',
    rules: wrongTranspose('Gather', (t) => zero(t.from, t.to))
  }
]

export const mutants: ReadonlyArray<Mutant> = [...derivatives, ...transposes]
