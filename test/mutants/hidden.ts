/** Planted faults that show only somewhere: in one precision, beyond a size, in a narrow interval, at one number, in long tangents. */
import * as make from '../../src/graph/make.js'
import { node, type Node, type UnaryOp, type Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { apply } from '../../src/linear/apply.js'
import { compose, scale, type Linear } from '../../src/linear/Linear.js'
import { transpose } from '../../src/linear/transpose.js'
import { times, unary, family, wrongDerivative, type Matches, type Mutant } from './mutant.js'

const twice = times(2)

const inSingle: ReadonlyArray<Mutant> = (['exp', 'tanh', 'sin', 'log'] as const).map((op) => ({
  fault: `${op}: a factor 1.001 in single precision`,
  near: `Unary ${op}`,
  rules: wrongDerivative((n) => unary(op)(n) && n._tag === 'Unary' && n.dtype === 'f32', 0, times(1.001))
}))

/** The number of rows is that of the first axis. */
const rowsOf = (n: Node): number =>
  (n._tag === 'Unary' || n._tag === 'Reduce' ? (n._tag === 'Reduce' ? n.x : n).shape[0] : 0) ?? 0

const beyond =
  (size: number, matches: Matches): Matches =>
  (n) =>
    matches(n) && rowsOf(n) >= size

const inLong: ReadonlyArray<Mutant> = [5, 8, 16].flatMap((size) => [
  {
    fault: `Reduce: a factor 2 for ${size} rows or more`,
    near: 'Reduce',
    rules: wrongDerivative(beyond(size, family('Reduce')), 0, twice)
  },
  {
    fault: `square: a factor 2 for ${size} rows or more`,
    near: 'Unary square',
    rules: wrongDerivative(beyond(size, unary('square')), 0, twice)
  }
])

const where = (op: UnaryOp, name: string, isHit: (x: Value) => Value): Mutant => ({
  fault: `${op}: a factor 2 ${name}`,
  near: `Unary ${op}`,
  rules: wrongDerivative(unary(op), 0, (l, n) =>
    n._tag === 'Unary' ? compose(scale(make.select(isHit(n.x), full(2, l.to), full(1, l.to))), l) : l
  )
})

const between =
  (low: number, high: number) =>
  (x: Value): Value =>
    make.binary('and', make.binary('gt', x, full(low, x)), make.binary('lt', x, full(high, x)))

const equals =
  (to: number) =>
  (x: Value): Value =>
    make.binary('eq', x, full(to, x))

const beyondSize =
  (size: number) =>
  (x: Value): Value =>
    make.binary('gt', make.unary('abs', x), full(size, x))

const inPlaces: ReadonlyArray<Mutant> = [
  where('sin', 'in (0.70, 0.71)', between(0.7, 0.71)),
  where('exp', 'in (-2.31, -2.30)', between(-2.31, -2.3)),
  where('erf', 'in (1.500, 1.508)', between(1.5, 1.508)),
  where('exp', 'at 1', equals(1)),
  where('tanh', 'at -2', equals(-2)),
  where('cos', 'at 0.5', equals(0.5)),
  where('sin', 'at pi', equals(Math.PI)),
  where('square', 'at 16', equals(16)),
  where('atan', 'beyond 1000', beyondSize(1000)),
  where('softplus', 'below 0.001 in size', (x) => make.unary('not', beyondSize(0.001)(x)))
]

/** The map itself, with long tangents cut off. */
const clipped = (at: number, l: Linear): Linear => ({
  _tag: 'Given',
  map: {
    apply: (u) => clip(at, apply(l, node(u))),
    transpose: (v) => clip(at, apply(transpose(l), node(v)))
  },
  from: l.from,
  to: l.to
})

const clip = (at: number, u: Value): Value =>
  make.binary('max', make.binary('min', u, full(at, u)), full(-at, u))

const inLongTangents: ReadonlyArray<Mutant> = [50, 1e4].flatMap((at) =>
  (['exp', 'sin'] as const).map((op) => ({
    fault: `${op}: tangents clipped at ${at}`,
    near: `Unary ${op}`,
    rules: wrongDerivative(unary(op), 0, (l) => clipped(at, l))
  }))
)

export const hiddenMutants: ReadonlyArray<Mutant> = [...inSingle, ...inLong, ...inPlaces, ...inLongTangents]
