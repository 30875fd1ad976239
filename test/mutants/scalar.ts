/** Faults in the derivatives of the scalar functions, generated from the rules themselves. */
import * as make from '../../src/graph/make.js'
import type { Binary, BinaryOp, Node, Unary, UnaryOp, Value } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { full } from '../../src/graph/terms.js'
import { id, scale, zero, type Linear } from '../../src/linear/Linear.js'
import { move, tangentOf } from '../../src/linear/tangent.js'
import { binaryDerivative, linearOf, unaryDerivative } from '../../src/rules/scalar.js'
import { calculus } from '../../src/transform/differentiate.js'
import { keys } from '../../laws/grow/sample.js'
import { binary, common, unary, wrongDerivative, type Equivalent, type Mutant } from './mutant.js'
import { binaryTraits, unaryTraits } from '../../laws/grow/traits.js'

type Scalar = Unary | Binary

/** The wrong coefficient of one operand, made from the right one. */
type Wrong = (by: Value, n: Scalar) => Value

/** One operand of one function, with the coefficient that its rule gives. */
interface Place {
  readonly op: string
  readonly near: string
  readonly operand: number
  readonly n: Scalar
  readonly l: Linear
  readonly matches: (n: Node) => boolean
}

const isScalar = (n: Node): n is Scalar => n._tag === 'Unary' || n._tag === 'Binary'

const operandsOf = (n: Scalar): ReadonlyArray<Value> => (n._tag === 'Unary' ? [n.x] : [n.a, n.b])

const remade = (n: Scalar, xs: ReadonlyArray<Value>): Value => {
  const [a = n, b = n] = xs
  return n._tag === 'Unary' ? make.unary(n.op, a) : make.binary(n.op, a, b)
}

/** What a map multiplies by, if it is one of a scalar function. */
const coefficient = (l: Linear): Value => move(l, tangentOf(full(1, l.from))).t

const mapOf = (n: Value, operand: number): Linear => {
  const rows = isScalar(n) ? calculus.derivative(n) : []
  return rows[operand]?.[0] ?? zero(n, n)
}

const [a, b] = [make.input('a', [], 'f64'), make.input('b', [], 'f64')]

const placesOf = (op: string, near: string, n: Value, matches: Place['matches']): ReadonlyArray<Place> =>
  isScalar(n) && n.dtype === 'f64'
    ? operandsOf(n).map((_, operand) => ({ op, near, operand, n, l: mapOf(n, operand), matches }))
    : []

const places: ReadonlyArray<Place> = [
  ...keys(unaryTraits).flatMap((op) => placesOf(op, `Unary ${op}`, make.unary(op, a), unary(op))),
  ...keys(binaryTraits).flatMap((op) => placesOf(op, `Binary ${op}`, make.binary(op, a, b), binary(op)))
]

const nameOf = ({ op, operand, n }: Place): string =>
  n._tag === 'Unary' ? op : `${op}, operand ${String(operand)}`

const uses = (p: Place, x: Value): boolean => topological([coefficient(p.l)]).includes(x)

const planted = (p: Place, what: string, change: (l: Linear, n: Scalar) => Linear): Mutant => ({
  fault: `${nameOf(p)}: ${what}`,
  near: p.near,
  rules: wrongDerivative(p.matches, p.operand, (l, n) => (isScalar(n) ? change(l, n) : l))
})

const rescaled = (p: Place, what: string, wrong: Wrong): Mutant =>
  planted(p, what, (l, n) => scale(wrong(coefficient(l), n)))

const add = (x: Value, y: Value): Value => make.binary('add', x, y)
const abs = (x: Value): Value => make.unary('abs', x)
const when = (op: 'gt' | 'lt', x: Value, bound: number, yes: Value, no: Value): Value =>
  make.select(make.binary(op, x, full(bound, x)), yes, no)

/** Coefficients that do not change in the neighbourhood of any smooth point. */
const locallyConstant: ReadonlyArray<UnaryOp | BinaryOp> = ['abs', 'rem', 'max', 'min']

const differentiable = places.filter((p) => p.l._tag !== 'Zero')
const varying = differentiable.filter(
  (p) => operandsOf(p.n).some((x) => uses(p, x)) && !locallyConstant.some((op) => op === p.op)
)
const constant = differentiable.filter((p) => !varying.includes(p))

const factors = differentiable.flatMap((p) =>
  Object.entries(common).map(([what, change]) => planted(p, what, change))
)

/** A piecewise constant function differentiated as if it were the identity. */
const leaks = places
  .filter((p) => p.l._tag === 'Zero')
  .map((p) => planted(p, 'lets the derivative through', (l) => id(l.from)))

/** The coefficient at another point. */
const stale = varying.flatMap((p) =>
  operandsOf(p.n).flatMap((x, k) =>
    uses(p, x)
      ? [
          planted(p, `coefficient at 7/8 of operand ${String(k)}`, (_, n) => {
            const moved = operandsOf(n).map((y, j) => (j === k ? make.binary('mul', full(0.875, y), y) : y))
            return mapOf(remade(n, moved), p.operand)
          })
        ]
      : []
  )
)

const ruled = (n: Scalar, operand: number, xs: ReadonlyArray<Value>, y: Value): Linear => {
  const [first = y, second = y] = xs
  const like = operandsOf(n)[operand] ?? n
  const c =
    n._tag === 'Unary'
      ? unaryDerivative[n.op](first, y)
      : binaryDerivative[n.op](first, second, y)[operand === 0 ? 0 : 1]
  return linearOf(c, like, like)
}

/** The derivative of a power by its base makes use of the result only where `a^(b - 1)` overflows. */
const byItsBase = (p: (typeof differentiable)[number]): boolean => p.op === 'pow' && p.operand === 0

/** The function's result where its argument belongs, or the other way round. */
const confused = differentiable.flatMap((p) => [
  ...(uses(p, p.n) && !byItsBase(p)
    ? [
        planted(p, 'argument in place of the result', (_, n) =>
          ruled(n, p.operand, operandsOf(n), operandsOf(n)[0] ?? n)
        )
      ]
    : []),
  ...(p.n._tag === 'Unary' && !uses(p, p.n) && uses(p, p.n.x)
    ? [planted(p, 'result in place of the argument', (_, n) => ruled(n, p.operand, [n], n))]
    : [])
])

/** Right at the first order, wrong at the second. */
const secondOrder = varying.flatMap((p) => [
  rescaled(p, 'second order dropped', (by) => make.unary('stopGradient', by)),
  rescaled(p, 'second order doubled', (by) => make.binary('sub', add(by, by), make.unary('stopGradient', by)))
])

const positive: ReadonlyArray<string> = keys(unaryTraits).filter(
  (op) => unaryTraits[op].domain === 'positive'
)
const bounded: ReadonlyArray<string> = keys(unaryTraits).filter(
  (op) => unaryTraits[op].domain === 'symmetricUnit'
)

/** Wrong on a part of the domain only. */
const partial = differentiable.flatMap((p) => {
  const bound = bounded.includes(p.op) ? 0.5 : 2
  const [x = p.n] = operandsOf(p.n)
  return [
    ...(positive.includes(p.op) || (p.op === 'pow' && x === a)
      ? []
      : [
          rescaled(p, 'doubled where the first operand is negative', (by, n) =>
            when('lt', operandsOf(n)[0] ?? n, 0, add(by, by), by)
          )
        ]),
    rescaled(p, `cut off where the first operand exceeds ${String(bound)}`, (by, n) =>
      when('gt', abs(operandsOf(n)[0] ?? n), bound, full(0, by), by)
    )
  ]
})

/** Each operand with the coefficient of the other; sums are symmetric. */
const exchanged = differentiable
  .filter((p) => p.n._tag === 'Binary' && p.op !== 'add')
  .map((p) => planted(p, 'coefficient of the other operand', (_, n) => mapOf(n, 1 - p.operand)))

export const scalarMutants: ReadonlyArray<Mutant> = [
  ...factors,
  ...leaks,
  ...stale,
  ...confused,
  ...secondOrder,
  ...partial,
  ...exchanged
]

const unplanted = (ps: ReadonlyArray<Place>, what: string, reason: string): ReadonlyArray<Equivalent> =>
  ps.map((p) => ({ fault: `${nameOf(p)}: ${what}`, reason }))

export const scalarEquivalents: ReadonlyArray<Equivalent> = [
  ...unplanted(
    constant,
    'coefficient at another point',
    'it is the same in a neighbourhood of every smooth point'
  ),
  ...unplanted(constant, 'second order', 'it is zero: the coefficient is constant around every smooth point'),
  ...unplanted(
    differentiable.filter((p) => positive.includes(p.op) || p.op === 'pow'),
    'wrong where the first operand is negative',
    'the function has no real values there'
  ),
  ...unplanted(
    differentiable.filter(byItsBase),
    'argument in place of the result',
    'the result counts only where the power below it overflows, at an end of the range that differences do not reach'
  ),
  ...unplanted(
    differentiable.filter((p) => p.op === 'add'),
    'coefficient of the other operand',
    'both are 1'
  )
]
