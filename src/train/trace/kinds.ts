/** What is looked for: which numbers, and in which results of which operands. */
import type { Node } from '../../graph/Expr.js'
import { isFloat } from '../../tensor/DType.js'
import { elements, type Tensor } from '../../tensor/Tensor.js'

/**
 * What `traceNaN` can look for: a NaN or an infinity that comes of numbers that are finite; a subnormal number, which has fewer digits and on some
 * processors takes much longer, that comes of numbers that are not; or a sum or difference that loses all digits of an operand: it is 0 and its
 * operands are not (cancellation), or it equals one of them and the other is not 0 (absorption).
 *
 * @since 0.1.0
 * @category model
 */
export type CauseKind = 'nan' | 'infinity' | 'subnormal' | 'digits'

/** Where a result shows what. */
export interface Symptom {
  readonly kind: CauseKind
  readonly at: number
}

type Values = ReadonlyArray<Tensor>
type Numbers = Exclude<CauseKind, 'digits'>

const smallest = { f32: 2 ** -126, f64: 2 ** -1022 } as const

/** Which of some kinds a number is of. */
const kindOf = (v: number, tiny: number, kinds: ReadonlySet<CauseKind>): Numbers | undefined => {
  if (Number.isNaN(v)) return kinds.has('nan') ? 'nan' : undefined
  const size = Math.abs(v)
  if (size === Infinity) return kinds.has('infinity') ? 'infinity' : undefined
  return v !== 0 && size < tiny && kinds.has('subnormal') ? 'subnormal' : undefined
}

/** The first number of a tensor that is of one of some kinds. */
export const firstOf = (t: Tensor, kinds: ReadonlySet<CauseKind>): Symptom | undefined => {
  if (!isFloat(t.dtype)) return undefined
  const [data, tiny] = [elements(t), smallest[t.dtype]]
  for (let at = 0; at < data.length; at++) {
    const kind = kindOf(data[at]!, tiny, kinds)
    if (kind !== undefined) return { kind, at }
  }
  return undefined
}

const isLost = (a: number, b: number, result: number): boolean =>
  a !== 0 &&
  b !== 0 &&
  Number.isFinite(result) &&
  (result === 0 || Math.abs(result) === Math.abs(a) || Math.abs(result) === Math.abs(b))

/** The first sum or difference in which an operand leaves no digit. */
const lost = (n: Node, [a, b]: Values, y: Tensor): Symptom | undefined => {
  if (n._tag !== 'Binary' || (n.op !== 'add' && n.op !== 'sub') || !isFloat(n.dtype)) return undefined
  const [p, q, data] = [elements(a!), elements(b!), elements(y)]
  const at = data.findIndex((v, i) => isLost(p[i]!, q[i]!, v))
  return at < 0 ? undefined : { kind: 'digits', at }
}

const notFinite: ReadonlySet<CauseKind> = new Set<CauseKind>(['nan', 'infinity'])
const isNotFinite = (k: CauseKind): boolean => k === 'nan' || k === 'infinity'

/** A way to judge an operation by its operands and results. */
export type Judge = (n: Node, xs: Values, ys: Values) => Symptom | undefined

/** Results of a kind of operands that are of none of some kinds. */
const arising =
  (kinds: ReadonlySet<CauseKind>, without: ReadonlySet<CauseKind>): Judge =>
  (_, xs, ys) => {
    const found = ys.map((y) => firstOf(y, kinds)).find((s) => s !== undefined)
    return found !== undefined && xs.every((x) => firstOf(x, without) === undefined) ? found : undefined
  }

const first =
  (judges: ReadonlyArray<Judge>): Judge =>
  (n, xs, ys) => {
    for (const judge of judges) {
      const found = judge(n, xs, ys)
      if (found !== undefined) return found
    }
    return undefined
  }

/**
 * The judges to be asked one after the other: what is not finite of finite operands, and a small number of others; then, where infinities are meant, a
 * NaN of operands that are not NaN.
 */
export const judgesOf = (kinds: ReadonlyArray<CauseKind>): ReadonlyArray<Judge> => {
  const asked = new Set(kinds.filter(isNotFinite))
  const main = [
    ...(asked.size === 0 ? [] : [arising(asked, notFinite)]),
    ...(kinds.includes('subnormal') ? [arising(new Set(['subnormal']), new Set(['subnormal']))] : []),
    ...(kinds.includes('digits') ? [(n: Node, xs: Values, [y]: Values) => lost(n, xs, y!)] : [])
  ]
  const nan = new Set<CauseKind>(['nan'])
  return [first(main), ...(asked.has('nan') ? [arising(nan, nan)] : [])]
}

/** Whether only what is not finite is looked for. */
export const isAboutFinite = (kinds: ReadonlyArray<CauseKind>): boolean => kinds.every(isNotFinite)

/** Numbers that a cause shows in results, as far as it can be told without operands. */
export const shownBy = (kinds: ReadonlyArray<CauseKind>): ReadonlySet<CauseKind> =>
  new Set(kinds.filter((k) => k !== 'digits'))
