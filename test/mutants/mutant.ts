/** Planted faults: calculi with one wrong rule each, made through `Calculus` without touching the rules themselves. */
import type { BinaryOp, Node, ReduceOp, UnaryOp } from '../../src/graph/Expr.js'
import type { SameRegions } from '../../src/graph/merge.js'
import { full } from '../../src/graph/terms.js'
import { compose, scale, zero, type Linear } from '../../src/linear/Linear.js'
import type { BatchRules } from '../../src/rules/batch.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'

/** A calculus with one fault. */
export interface Mutant {
  readonly fault: string
  /** How the names of the laws begin that are tried first; any law may find the fault. */
  readonly near: string
  readonly rules: Calculus
  /** Where the fault is in how a batch is run, or in which bodies are taken for one: the rules of those. */
  readonly batch?: BatchRules
  readonly same?: SameRegions
}

/** A fault that changes no derivative anywhere: it cannot be found, and is not planted. */
export interface Equivalent {
  readonly fault: string
  readonly reason: string
}

export type Change = (l: Linear, n: Node) => Linear
export type Matches = (n: Node) => boolean
export type Constructor<C extends Linear['_tag']> = Extract<Linear, { readonly _tag: C }>

/** Changes the maps of one operand of the nodes that match. */
export const wrongDerivative = (matches: Matches, operand: number, change: Change): Calculus => ({
  ...calculus,
  derivative: (n) => {
    const rows = calculus.derivative(n)
    return matches(n) ? rows.map((row, j) => (j === operand ? row.map((l) => change(l, n)) : row)) : rows
  }
})

/** Changes the transpose of one constructor; `l` is the map itself, `t` its right transpose. */
export const wrongTranspose = <C extends Linear['_tag']>(
  tag: C,
  change: (t: Linear, l: Constructor<C>) => Linear
): Calculus => {
  const right = (l: Linear): Linear =>
    l._tag === 'Compose' ? compose(transpose(l.first), transpose(l.second)) : calculus.transpose(l)
  const transpose = (l: Linear): Linear => (l._tag === tag ? change(right(l), l as Constructor<C>) : right(l))
  return { ...calculus, transpose }
}

export const unary =
  (op: UnaryOp): Matches =>
  (n) =>
    n._tag === 'Unary' && n.op === op

export const binary =
  (op: BinaryOp): Matches =>
  (n) =>
    n._tag === 'Binary' && n.op === op

export const reduce =
  (op: ReduceOp): Matches =>
  (n) =>
    n._tag === 'Reduce' && n.op === op

export const family =
  (tag: Node['_tag']): Matches =>
  (n) =>
    n._tag === tag

export const times =
  (factor: number) =>
  (l: Linear): Linear =>
    compose(scale(full(factor, l.to)), l)

const dropped = (l: Linear): Linear => zero(l.from, l.to)

/** What can go wrong with any map that is not zero. */
export const common: Readonly<Record<string, (l: Linear) => Linear>> = {
  'a factor 2': times(2),
  sign: times(-1),
  'off by 0.1 %': times(1.001),
  dropped
}
