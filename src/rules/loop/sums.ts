/**
 * Sums of products over the steps of a loop, as gradients of weights are, become one product after the loop, over stacks of the factors
 * (loop fission): a step need not read and write the whole sum, and the product has as many terms as all steps together. Only where that takes
 * about as much memory as the loop hands over anyway: so a checkpoint keeps what it saves.
 */
import { stackedAval } from '../../graph/aval.js'
import type { Aval, Contract, Input, Node, Scan, Value } from '../../graph/Expr.js'
import { below, rebuild, reuse, reuseMany, rewrite, topological, type Projections } from '../../graph/fold.js'
import * as make from '../../graph/make/index.js'
import { add, full } from '../../graph/terms.js'
import { size } from '../../tensor/dims.js'

/** A carry to which each step adds a product, moved about. */
interface Sum {
  readonly carry: number
  /** From the sum of the products on, outermost last. */
  readonly moves: ReadonlyArray<Value>
  readonly product: Contract
}

/** How often each value of a body is used. */
const usesIn = ({ body }: Scan): ReadonlyMap<Node, number> => {
  const uses = new Map<Node, number>()
  const count = (n: Node): void => {
    uses.set(n, (uses.get(n) ?? 0) + 1)
  }
  for (const n of topological(body.results)) below(n).forEach(count)
  body.results.forEach(count)
  return uses
}

/** What a step adds to a parameter, if that is all that is done with it. */
const addedTo = (p: Input, next: Value, uses: ReadonlyMap<Node, number>): Value | undefined => {
  if (next._tag !== 'Binary' || next.op !== 'add' || uses.get(p) !== 1) return undefined
  return next.a === p ? next.b : next.b === p ? next.a : undefined
}

/** A product behind moves that a sum of products can go through as well. */
const productIn = (x: Value): Omit<Sum, 'carry'> | undefined => {
  const moves: Array<Value> = []
  for (let n = x; ;) {
    if (n._tag === 'Contract') return { moves: moves.reverse(), product: n }
    if (n._tag !== 'Permute' && n._tag !== 'Reshape') return undefined
    moves.push(n)
    n = n.x
  }
}

const sumsIn = (n: Scan, own: Projections): ReadonlyArray<Sum> => {
  const uses = usesIn(n)
  return make.scanParts(n, n.body.parameters).carried.flatMap((p, carry) => {
    const isKept = own[n.body.results.length + carry] !== undefined
    const x = isKept ? undefined : addedTo(p, n.body.results[carry]!, uses)
    const found = x === undefined ? undefined : productIn(x)
    return found === undefined ? [] : [{ carry, ...found }]
  })
}

const bytesOf = (x: Aval): number => size(x.shape) * (x.dtype === 'f64' ? 8 : 4)
const total = (xs: ReadonlyArray<Aval>): number => xs.reduce((sum, x) => sum + bytesOf(x), 0)

/** So many times what a loop reads and hands over at each step anyway. */
const most = 2

/** What there is at each step in any case. */
const handedOver = (n: Scan, own: Projections): number => {
  const { carried, inputs } = make.scanParts(n, n.body.parameters)
  const outputs = n.body.results.filter((_, k) => k >= n.carries && own[k] !== undefined)
  const kept = carried.filter((_, k) => own[n.body.results.length + k] !== undefined)
  return total([...inputs, ...outputs, ...kept])
}

/** Where the values of a factor at all steps are: among inputs or carries, or a stack of their own. */
const isStacked = (n: Scan, x: Value): boolean =>
  make.scanParts(n, n.body.parameters).inputs.some((p) => p === x)

/** As many sums as their factors may be stacked, in order. */
const affordable = (n: Scan, own: Projections): ReadonlyArray<Sum> => {
  const room = most * handedOver(n, own)
  const stacks = new Set<Value>()
  return sumsIn(n, own).filter(({ product: { a, b } }) => {
    const more = [a, b].filter((x) => !isStacked(n, x))
    const all = new Set([...stacks, ...more])
    if (total([...all]) > room) return false
    more.forEach((x) => stacks.add(x))
    return true
  })
}

/** The product of all steps: the axis of steps is summed over, too. */
const overSteps = ({ dims }: Contract, a: Value, b: Value): Value => {
  const next = (axes: ReadonlyArray<number>): ReadonlyArray<number> => axes.map((k) => k + 1)
  const { batch, contract } = dims
  return make.contract(
    {
      batch: [next(batch[0]), next(batch[1])],
      contract: [
        [0, ...next(contract[0])],
        [0, ...next(contract[1])]
      ]
    },
    a,
    b
  )
}

/** A loop without some carries and with more outputs: its operands, and its results by what they were. */
const without = (n: Scan, sums: ReadonlyArray<Sum>, xs: ReadonlyArray<Value>) => {
  const gone = new Set(sums.map((s) => s.carry))
  const stays = (_: unknown, k: number): boolean => !gone.has(k)
  const [own, x] = [make.scanParts(n, n.body.parameters), make.scanParts(n, xs)]
  const factors = [...new Set(sums.flatMap(({ product: { a, b } }) => [a, b]))].filter(
    (y) => !isStacked(n, y)
  )
  const carried = own.carried.filter(stays)
  const outputs = [...n.body.results.slice(n.carries), ...factors]
  const results = make.resultsOf(
    make.scan(
      { ...n, carries: carried.length },
      {
        parameters: [...own.captured, ...carried, ...own.inputs],
        results: [...n.body.results.slice(0, n.carries).filter(stays), ...outputs]
      },
      [...x.captured, ...x.carried.filter(stays), ...x.inputs]
    ),
    [...carried, ...[...outputs, ...carried].map((y) => stackedAval(n.length, y))]
  )
  const first = carried.length
  const stackOf = (y: Value): Value =>
    x.inputs[own.inputs.findIndex((p) => p === y)] ??
    results[first + n.body.results.length - n.carries + factors.indexOf(y)]!
  return { results, stackOf, first, factors: factors.length }
}

/** The results of a loop, some of whose sums come after it. */
const fissioned = (n: Scan, sums: ReadonlyArray<Sum>, xs: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const { results, stackOf, first, factors } = without(n, sums, xs)
  const { carried } = make.scanParts(n, xs)
  const bySum = new Map(sums.map((s) => [s.carry, s]))
  const outputs = n.body.results.length - n.carries
  const rest = (of: ReadonlyArray<Value>, instead: (k: number) => Value): ReadonlyArray<Value> => {
    let next = 0
    return carried.map((_, k) => (bySum.has(k) ? instead(k) : of[next++]!))
  }
  const summed = (k: number): Value => {
    const { product, moves } = bySum.get(k)!
    const sum = overSteps(product, stackOf(product.a), stackOf(product.b))
    return add(
      carried[k]!,
      moves.reduce((y, m) => (m._tag === 'Project' ? y : rebuild(m, [y])), sum)
    )
  }
  return [
    ...rest(results.slice(0, first), summed),
    ...results.slice(first, first + outputs),
    // Nobody reads those of sums.
    ...rest(results.slice(first + outputs + factors), (k) => full(0, stackedAval(n.length, carried[k]!)))
  ]
}

/** The same graphs, with products of all steps at once. */
export const withSums = (roots: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  rewrite(roots, {
    value: reuse,
    many: (n, xs, own) => {
      const sums = n._tag === 'Scan' && n.length > 0 ? affordable(n, own) : []
      return n._tag === 'Scan' && sums.length > 0 ? fissioned(n, sums, xs) : reuseMany(n, xs, own)
    }
  })
