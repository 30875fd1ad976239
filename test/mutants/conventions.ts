/** Faults at kinks and singular points only: everywhere else these derivatives are right. */
import * as make from '../../src/graph/make.js'
import { isMany, type Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { compose, id, scale, type Linear } from '../../src/linear/Linear.js'
import { move, tangentOf } from '../../src/linear/tangent.js'
import {
  binary,
  family,
  reduce,
  unary,
  wrongDerivative,
  wrongTranspose,
  type Matches,
  type Mutant
} from './mutant.js'

const same = (x: Value, y: Value): Value => make.binary('eq', x, y)
const coefficient = (l: Linear): Value => move(l, tangentOf(full(1, l.from))).t

const planted = (
  fault: string,
  near: string,
  matches: Matches,
  operand: number,
  wrong: (by: Value, n: Value) => Value
): Mutant => ({
  fault,
  near: `Convention ${near}`,
  rules: wrongDerivative(matches, operand, (l, n) => (isMany(n) ? l : scale(wrong(coefficient(l), n))))
})

const at = (where: Value, value: number, by: Value): Value => make.select(where, full(value, by), by)

const argument = (n: Value): Value => (n._tag === 'Unary' ? n.x : n)
const first = (n: Value): Value => (n._tag === 'Binary' ? n.a : n)
const second = (n: Value): Value => (n._tag === 'Binary' ? n.b : n)
const zeroAt = (x: Value): Value => same(x, full(0, x))

const stairs = (['sign', 'floor', 'ceil', 'round'] as const).map((op) =>
  planted(`${op}: derivative 1 at a step`, op, unary(op), 0, (by, n) => {
    const x = argument(n)
    const below = make.binary('sub', x, full(0.5, x))
    const step = op === 'round' ? same(make.unary('floor', below), below) : same(x, make.unary('floor', x))
    return at(step, 1, by)
  })
)

const ties = (['max', 'min'] as const).flatMap((op) =>
  [0, 1].flatMap((operand) =>
    [0, 1].map((value) =>
      planted(
        `${op}, operand ${String(operand)}: ${String(value)} at a tie`,
        op,
        binary(op),
        operand,
        (by, n) => at(same(first(n), second(n)), value, by)
      )
    )
  )
)

const attained = (['max', 'min'] as const).flatMap((op) =>
  (['all', 'none'] as const).map((who): Mutant => ({
    fault: `Reduce ${op}: ${who} of several that attain it`,
    near: `Convention Reduce ${op}`,
    rules: wrongDerivative(reduce(op), 0, (l) => {
      if (l._tag !== 'Compose' || l.first._tag !== 'Scale') return l
      const { by } = l.first
      const shared = make.binary(
        'and',
        make.binary('gt', by, full(0, by)),
        make.binary('lt', by, full(1, by))
      )
      return compose(l.second, scale(at(shared, who === 'all' ? 1 : 0, by)))
    })
  }))
)

/** The last of several largest elements: windows are searched backwards. */
const lastOfWindow: Mutant = {
  fault: 'Window max: the last of several that attain it',
  near: 'Convention Window max',
  rules: wrongDerivative(family('Window'), 0, (l, n) => {
    if (n._tag !== 'Window' || l._tag !== 'Compose' || l.second._tag !== 'Gather') return l
    const backwards = make.reverse(
      n.x.shape.map((_, axis) => axis),
      n.x
    )
    const whole = n.shape.every((d) => d === 1) && n.size.every((k, axis) => k === n.x.shape[axis])
    if (!whole) return l
    const found = make.window('argmax', n.shape, n.size, n.windows, backwards)
    const last = full(n.x.shape.reduce((total, d) => total * d, 1) - 1, found)
    return compose({ ...l.second, indices: make.binary('sub', last, found) }, l.first)
  })
}

const origin = (n: Value): Value => make.binary('and', zeroAt(first(n)), zeroAt(second(n)))

const singular: ReadonlyArray<Mutant> = [
  planted('abs: 1 at 0', 'abs', unary('abs'), 0, (by, n) => at(zeroAt(argument(n)), 1, by)),
  planted('abs: -1 at 0', 'abs', unary('abs'), 0, (by, n) => at(zeroAt(argument(n)), -1, by)),
  planted('abs: NaN at 0', 'abs', unary('abs'), 0, (_, n) => make.binary('div', argument(n), n)),
  planted('sqrt: 0 at 0', 'sqrt', unary('sqrt'), 0, (by, n) => at(zeroAt(argument(n)), 0, by)),
  ...(['hypot', 'atan2'] as const).flatMap((op) =>
    [0, 1].flatMap((operand) =>
      [1, NaN].map((value) =>
        planted(
          `${op}, operand ${String(operand)}: ${String(value)} at the origin`,
          op,
          binary(op),
          operand,
          (by, n) => at(origin(n), value, by)
        )
      )
    )
  ),
  planted('pow, operand 0: b a^(b - 1) without a guard for b = 0', 'pow', binary('pow'), 0, (_, n) => {
    const [a, b] = [first(n), second(n)]
    return make.binary('mul', b, make.binary('pow', a, make.binary('sub', b, full(1, b))))
  }),
  planted('pow, operand 1: y log a without a guard for a = 0', 'pow', binary('pow'), 1, (_, n) =>
    make.binary('mul', n, make.unary('log', first(n)))
  ),
  planted('rem, operand 1: floor in place of truncation', 'rem', binary('rem'), 1, (_, n) =>
    make.unary('neg', make.unary('floor', make.binary('div', first(n), second(n))))
  ),
  planted('rem, operand 1: 0 at a multiple', 'rem', binary('rem'), 1, (by, n) => at(zeroAt(n), 0, by)),
  {
    fault: 'stopGradient: lets the derivative through at 0',
    near: 'Convention stopGradient',
    rules: wrongDerivative(unary('stopGradient'), 0, (l, n) => {
      if (n._tag !== 'Unary') return l
      const { x } = n
      return compose(scale(make.convert(x.dtype, zeroAt(x))), id(l.from))
    })
  },
  {
    fault: 'transpose of Scale: 0 times infinity is NaN',
    near: 'Convention a branch not taken',
    rules: wrongTranspose('Scale', (t, l) => {
      const apply = (x: Parameters<typeof make.binary>[1]): Value => make.binary('mul', x, l.by)
      return {
        _tag: 'Given',
        map: { apply: (x) => apply(x as Value), transpose: (x) => apply(x as Value) },
        from: t.from,
        to: t.to
      }
    })
  }
]

export const conventionMutants: ReadonlyArray<Mutant> = [
  ...stairs,
  ...ties,
  ...attained,
  lastOfWindow,
  ...singular
]
