/** Calculi with one thing wrong. */
import { isMany, type Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { compose, scale, zero, type Linear } from '../../src/linear/Linear.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { operation } from '../../src/graph/families.js'

type Change = (l: Linear, n: Value) => Linear

/** The rule of one operation changed for one operand. */
export const planted = (name: string, operand: number, change: Change): Calculus => ({
  ...calculus,
  derivative: (n) => {
    const rows = calculus.derivative(n)
    return isMany(n) || operation(n) !== name
      ? rows
      : rows.map((row, j) => (j === operand ? row.map((l) => change(l, n)) : row))
  }
})

export const times =
  (factor: number): Change =>
  (l) =>
    compose(scale(full(factor, l.to)), l)

export const dropped: Change = (l) => zero(l.from, l.to)

/** The transpose of one constructor changed; compositions are taken apart as the library does. */
export const transposed = (tag: Linear['_tag'], change: (t: Linear) => Linear): Calculus => {
  const transpose = (l: Linear): Linear =>
    l._tag === 'Compose'
      ? compose(transpose(l.first), transpose(l.second))
      : l._tag === tag
        ? change(calculus.transpose(l))
        : calculus.transpose(l)
  return { ...calculus, transpose }
}
