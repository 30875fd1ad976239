/** Faults in the batching of families with an inside, by `BatchRules`, and in which bodies are taken for one, by `SameRegions`. */
import * as make from '../../src/graph/make.js'
import type { Node, Region } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import type { SameRegions } from '../../src/graph/merge.js'
import { sliceAt } from '../../src/graph/terms.js'
import { batchRules, type BatchRules } from '../../src/rules/batch.js'
import type { Batched, Batching } from '../../src/rules/control/batch.js'
import { range } from '../../src/tensor/dims.js'
import { calculus } from '../../src/transform/differentiate.js'
import { isStack, nameOf, type Of, type Tag } from './control.js'
import type { Mutant } from './mutant.js'

const wrongBatch = <T extends Tag>(
  tag: T,
  what: string,
  change: (b: Batching, n: Of<T>, xs: ReadonlyArray<Batched>) => ReadonlyArray<Batched>,
  near = nameOf[tag]
): Mutant => {
  const batch: BatchRules = {
    control: (b, n, xs) => (n._tag === tag ? change(b, n as Of<T>, xs) : batchRules.control(b, n, xs))
  }
  return { fault: `batch of ${tag}: ${what}`, near: `Region ${near}: batch`, rules: calculus, batch }
}

const right = batchRules.control

/** The first example for all; where there is none, nothing is wrong. */
const firstOf = (count: number, x: Batched): Batched =>
  x.batched && count > 0 ? { value: sliceAt(x.value, 0), batched: false } : x

/** A region, some of whose results are those of the first example for all. */
const narrowed = (
  b: Batching,
  region: Region,
  which: (i: number, batched: ReadonlyArray<boolean>) => boolean
): Batching => ({
  ...b,
  region: (r, flags) => {
    const inside = b.region(r, flags)
    return r === region
      ? { ...inside, results: inside.results.map((y, i) => (which(i, flags) ? firstOf(b.count, y) : y)) }
      : inside
  }
})

export const batchMutants: ReadonlyArray<Mutant> = [
  wrongBatch('Scan', 'a carry that has no batch at first never has one', (b, n, xs) =>
    right(
      narrowed(b, n.body, (i, flags) => i < n.carries && flags[n.captured + i] !== true),
      n,
      xs
    )
  ),
  wrongBatch('Scan', 'outputs of the first example', (b, n, xs) =>
    right(
      narrowed(b, n.body, (i) => i >= n.carries),
      n,
      xs
    )
  ),
  wrongBatch('Scan', 'captured values of the first example', (b, n, xs) =>
    right(
      b,
      n,
      xs.map((x, i) => (i < n.captured ? firstOf(b.count, x) : x))
    )
  ),
  wrongBatch('Scan', 'inputs of the first example', (b, n, xs) =>
    right(
      b,
      n,
      xs.map((x, i) => (isStack(n, i) ? firstOf(b.count, x) : x))
    )
  ),
  wrongBatch('Scan', 'the other way', (b, n, xs) => right(b, { ...n, reverse: !n.reverse }, xs)),
  wrongBatch('Scan', 'outputs with the steps in front, where the shape allows it', (b, n, xs) =>
    right(b, n, xs).map((y, i) =>
      y.batched && i >= n.carries && b.count === n.length
        ? { ...y, value: make.permute([1, 0, ...range(2, y.value.shape.length)], y.value) }
        : y
    )
  ),
  wrongBatch('Case', 'the branch of the first example', (b, n, [index, ...xs]) =>
    right(b, n, [...(index === undefined ? [] : [firstOf(b.count, index)]), ...xs])
  ),
  wrongBatch('Case', 'arguments of the first example', (b, n, [index, ...xs]) =>
    right(b, n, [...(index === undefined ? [] : [index]), ...xs.map((x) => firstOf(b.count, x))])
  ),
  wrongBatch('Call', 'the last argument of the first example', (b, n, xs) =>
    right(b, n, [...xs.slice(0, -1), ...xs.slice(-1).map((x) => firstOf(b.count, x))])
  ),
  wrongBatch('While', 'all go on as long as one does', (b, n, xs) =>
    right(
      {
        ...b,
        region: (r, flags) => {
          const inside = b.region(r, flags)
          const any = ({ value, batched }: Batched): Batched =>
            batched ? { value: make.reduce('or', [0], value), batched: false } : { value, batched }
          return r === n.condition ? { ...inside, results: inside.results.map(any) } : inside
        }
      },
      n,
      xs
    )
  ),
  wrongBatch('While', 'all end when one does', (b, n, xs) =>
    right(
      narrowed(b, n.condition, () => true),
      n,
      xs
    )
  ),
  wrongBatch('While', 'a carry that has no batch at first never has one', (b, n, xs) =>
    right(
      narrowed(b, n.body, (i, flags) => flags[n.captured + i] !== true),
      n,
      xs
    )
  )
]

const wrongMerge = (what: string, same: SameRegions): Mutant => ({
  fault: `merging of bodies: ${what}`,
  near: 'Region merging',
  rules: calculus,
  same
})

const orderOf = ({ parameters, results }: Region): ReadonlyArray<Node> =>
  topological([...parameters, ...results])

const namesOf = (r: Region): string =>
  orderOf(r)
    .map((n) => n._tag + ('op' in n ? n.op : ''))
    .join()

export const mergeMutants: ReadonlyArray<Mutant> = [
  wrongMerge('all are the same', () => true),
  wrongMerge('those with as many results', (a, b) => a.results.length === b.results.length),
  wrongMerge('those with as many operations', (a, b) => orderOf(a).length === orderOf(b).length),
  wrongMerge('those with the same operations, on whatever', (a, b) => namesOf(a) === namesOf(b)),
  wrongMerge('none is another one', () => false)
]
