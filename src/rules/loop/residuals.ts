/**
 * Residuals: what a loop has computed and a later one needs, such as the one of its derivative. By its rule a derivative computes the body anew from
 * the carries before each step (rematerialization); here the values that both have in common become outputs of the first loop and inputs of the second
 * (partial evaluation, as JAX's), unless they are as cheap to compute as to read.
 */
import { isMany, type Input, type Node, type Pointwise, type Scan, type Value } from '../../graph/Expr.js'
import { reuse, reuseMany, rewrite, substitute, topological } from '../../graph/fold.js'
import { merge } from '../../graph/merge.js'
import * as make from '../../graph/make.js'
import { isMove, isPointwise, operands } from '../../graph/families.js'
import { inPlaceOf } from '../../graph/place.js'
import { size } from '../../tensor/dims.js'
import { binaryForm, unaryForm, type UnaryForm } from '../../graph/op.js'

/** What the parameters of a later loop are at the same step of an earlier one. */
const correspondence = (first: Scan, second: Scan): ReadonlyMap<Value, Value> => {
  const [own, x] = [make.scanParts(first, first.body.parameters), make.scanParts(first, first.xs)]
  const [parameters, y] = [make.scanParts(second, second.body.parameters), make.scanParts(second, second.xs)]
  const known = new Map<Value, Value>()
  const note = (p: Input, value: Value | undefined): void => {
    if (value !== undefined) known.set(p, value)
  }
  parameters.captured.forEach((p, i) => {
    note(p, own.captured[x.captured.indexOf(y.captured[i]!)])
  })
  parameters.inputs.forEach((p, i) => {
    note(p, leftBy(first, y.inputs[i]!) ?? own.inputs[x.inputs.indexOf(y.inputs[i]!)])
  })
  return known
}

/** The value inside a loop whose stack a value outside is. */
const leftBy = (loop: Scan, x: Value): Value | undefined => {
  if (x._tag !== 'Project' || x.x !== loop) return undefined
  const { body, carries } = loop
  const kept = make.scanParts(loop, body.parameters).carried[x.index - body.results.length]
  return kept ?? (x.index < carries ? undefined : body.results[x.index])
}

/** Whether a loop reads what another one had at each step. */
const follows = (second: Scan, first: Scan): boolean =>
  second !== first &&
  second.length === first.length &&
  first.chunks.length === 0 &&
  first.snapshots === 0 &&
  make.scanParts(second, second.xs).inputs.some((x) => leftBy(first, x) !== undefined)

const costOf = (n: Pointwise): UnaryForm['cost'] => {
  if (n._tag === 'Unary') return unaryForm[n.op].cost
  return n._tag === 'Binary' ? binaryForm[n.op].cost : 'cheap'
}

/** Whether values take no longer to compute than to read: moves, and arithmetic but for some functions. */
const isCheap = (n: Value): boolean =>
  n._tag === 'Constant' || isMove(n) || (isPointwise(n) && costOf(n) === 'cheap')

const numbersIn = (xs: ReadonlyArray<Value>): number => xs.reduce((n, x) => n + size(x.shape), 0)

/** What is kept for a cheap value: what it is computed of, unless the value itself is less, as the sum of two products is. */
const keptFor = (n: Value, below: ReadonlyArray<Value>, anyway: ReadonlySet<Node>): ReadonlyArray<Value> => {
  const parts = [...new Set(below)]
  return numbersIn(parts.filter((x) => !anyway.has(x))) > size(n.shape) ? [n] : parts
}

/** Those values among some, or below them, that are worth keeping, as far as nothing is known that gives them. */
const worthKeeping = (wanted: ReadonlyArray<Value>, given: ReadonlySet<Node>): ReadonlyArray<Value> => {
  const costly = (n: Node): boolean => !given.has(n) && !isMany(n) && !isCheap(n)
  const anyway = new Set<Node>(wanted.filter(costly))
  const kept = new Map<Node, ReadonlyArray<Value>>()
  for (const n of topological(wanted, (x) => given.has(x) || costly(x))) {
    if (isMany(n)) continue
    const below = (): ReadonlyArray<Value> => operands(n).flatMap((x) => kept.get(x) ?? [])
    kept.set(n, given.has(n) ? [] : costly(n) ? [n] : keptFor(n, below(), anyway))
  }
  return [...new Set(wanted.flatMap((n) => kept.get(n) ?? []))]
}

/** Values of a first graph that nodes of a second one read. */
const sharedBy = (first: ReadonlySet<Node>, second: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const more = topological(second, (n) => first.has(n)).filter((n) => !first.has(n))
  return [...more.flatMap(operands), ...second].filter((n) => first.has(n))
}

/** Both bodies, the first with more outputs, the second with more inputs. */
interface Split {
  readonly first: Scan['body']
  readonly second: Scan['body']
  readonly residuals: ReadonlyArray<Value>
}

/** The bodies in common terms, every structure once. */
const inCommon = (first: Scan, second: Scan) => {
  const known = correspondence(first, second)
  const rewritten = substitute(second.body.results, known)
  const all = merge([...first.body.results, ...rewritten, ...known.values()], 'run')
  const [n, m] = [first.body.results.length, rewritten.length]
  const back = new Map<Value, Value>([...known.keys()].map((p, i) => [all[n + m + i]!, p]))
  return { first: all.slice(0, n), second: all.slice(n, n + m), back }
}

const split = (first: Scan, second: Scan): Split | undefined => {
  const common = inCommon(first, second)
  const own = new Set<Node>(topological(common.first))
  const residuals = worthKeeping(sharedBy(own, common.second), new Set<Node>(common.back.keys()))
  if (residuals.length === 0) return undefined
  const inputs = make.inputsLike('residual', residuals)
  const places = new Map<Value, Value>([...common.back, ...residuals.map((x, i) => [x, inputs[i]!] as const)])
  return {
    first: { parameters: first.body.parameters, results: [...common.first, ...residuals] },
    second: {
      parameters: [...second.body.parameters, ...inputs],
      results: substitute(common.second, places)
    },
    residuals
  }
}

/** Graphs in which one loop hands residuals to another one. */
const handedOver = (
  roots: ReadonlyArray<Value>,
  [first, second]: Pair,
  { residuals, ...bodies }: Split
): ReadonlyArray<Value> => {
  const [before, more] = [first.body.results.length, residuals.length]
  let stacks: ReadonlyArray<Value> = []
  return rewrite(roots, {
    value: reuse,
    many: (n, xs, own) => {
      if (n === second) return inPlaceOf(n, () => make.scanned(second, bodies.second, [...xs, ...stacks]))
      if (n !== first) return reuseMany(n, xs, own)
      const results = inPlaceOf(n, () => make.scanned(first, bodies.first, xs))
      stacks = results.slice(before, before + more)
      return [...results.slice(0, before), ...results.slice(before + more)]
    }
  })
}

type Pair = readonly [Scan, Scan]

const pairsIn = (roots: ReadonlyArray<Value>): ReadonlyArray<Pair> => {
  const loops = topological(roots).filter((n) => n._tag === 'Scan')
  return loops.flatMap((second) =>
    loops.filter((first) => follows(second, first)).map((first) => [first, second] as const)
  )
}

/** The first of some pairs that have something to hand over. */
const firstOf = (pairs: ReadonlyArray<Pair>): readonly [Pair, Split] | undefined => {
  for (const pair of pairs) {
    const found = split(...pair)
    if (found !== undefined) return [pair, found]
  }
  return undefined
}

/** The same graphs, whose loops compute nothing that a loop before them has computed; what is inside of them is left as it is. */
export const withResiduals = (roots: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  for (let current = roots; ;) {
    const found = firstOf(pairsIn(current))
    if (found === undefined) return current
    current = merge(handedOver(current, ...found), 'run')
  }
}
