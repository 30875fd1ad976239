/** How much kernels do: numbers that they compute, and bytes that they move. */
import { size, type Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import {
  insidesOf,
  isNested,
  worksOf,
  type Access,
  type Kernel,
  type Nested,
  type Patches,
  type Work
} from '../kernel/kernel.js'
import { widthOf } from '../kernel/width.js'

export const total = <A>(xs: ReadonlyArray<A>, f: (x: A) => number): number =>
  xs.reduce((sum, x) => sum + f(x), 0)

const stepsOf = (k: Nested): number => (k._tag === 'Loop' ? k.steps : 1)

export const domainOf = (k: Kernel): Dims => {
  switch (k._tag) {
    case 'Loop':
      return [k.steps]
    case 'Repeat':
    case 'Branch':
    case 'Foreign':
      return []
    case 'Nest':
    case 'Arg':
      return k.domain
    case 'Rows':
      return k.stages.map((s) => s.domain).reduce((a, b) => (size(b) > size(a) ? b : a))
    case 'Product':
      return [k.batch, k.m, k.k, k.n]
    case 'Lookup':
      return [k.batch, k.before, k.count, k.length]
    case 'Bits':
      return [k.keys, k.counters]
    case 'Patches':
      return [...[...k.batch, ...k.rows, ...k.terms].map((x) => x.size), k.columns]
    case 'Pool':
      return k.axes.flatMap(({ positions, offsets }) => [positions, offsets])
  }
}

const flopsIn = ({ domain, elements, reductions }: Work): number =>
  size(domain) * (elements.filter((e) => 'args' in e).length + reductions.length)

/** What the kernels of regions come to, at each step. */
const inEach = (k: Nested, f: (k: Kernel) => number): number =>
  stepsOf(k) *
  total(
    insidesOf(k).flatMap((x) => x.kernels),
    f
  )

/** How many numbers are computed, as far as the module knows: so many at each point of the domain. Loops of unknown length count one step, branches all of them. */
export const flopsOf = (k: Kernel): number => {
  switch (k._tag) {
    case 'Loop':
    case 'Repeat':
    case 'Branch':
      return inEach(k, flopsOf)
    case 'Nest':
    case 'Rows':
      return total(worksOf(k), flopsIn)
    case 'Product':
    case 'Patches':
      return 2 * size(domainOf(k)) + flopsIn(k.epilogue)
    case 'Lookup':
      return k.way === 'scatter' ? size(domainOf(k)) : 0
    case 'Foreign':
      return 0
    case 'Arg':
    case 'Bits':
    case 'Pool':
      return size(domainOf(k))
  }
}

/** Elements of a buffer that a walk over a domain touches. */
const touched = (domain: Dims, { steps }: Access): number =>
  domain.reduce((n, d, i) => (steps[i] === 0 ? n : n * d), 1)

type Moved = readonly [DType, number]

const elementsIn = ({ domain, elements, stores, reductions }: Work): ReadonlyArray<Moved> => {
  const of = (dtype: DType, access: Access): Moved => [dtype, touched(domain, access)]
  return [
    ...elements.flatMap((e) => (e._tag === 'Load' ? [of(e.dtype, e.access)] : [])),
    ...[...stores, ...reductions].map((s) => of(elements[s.element]!.dtype, s.access))
  ]
}

const product = (ns: ReadonlyArray<number>): number => ns.reduce((a, n) => a * n, 1)

/** Patches overlap: their elements count as often as they are read for one result. */
const patchesElements = ({ batch, rows, terms, columns }: Patches): number => {
  const [b, m, k] = [batch, rows, terms].map((axes) => product(axes.map((x) => x.size))) as [
    number,
    number,
    number
  ]
  return b * (m * k + k * columns)
}

/** How many elements of which dtypes move between memory and a kernel. */
const movedElements = (k: Exclude<Kernel, Nested>): ReadonlyArray<Moved> => {
  switch (k._tag) {
    case 'Foreign': {
      const written = k.declared.filter((_, i) => k.results[i] !== undefined)
      return [...k.operands, ...written].map((x) => [x.dtype, size(x.shape)])
    }
    case 'Nest':
    case 'Rows':
      return worksOf(k).flatMap(elementsIn)
    case 'Product':
      return [[k.dtype, k.batch * (k.m * k.k + k.k * k.n)], ...elementsIn(k.epilogue)]
    case 'Lookup': {
      const rows = k.batch * k.before * k.count * k.length
      const written = k.way === 'gather' ? rows : size(k.whole)
      return [
        [k.dtype, rows + written],
        [k.indexDtype, k.batch * k.count]
      ]
    }
    case 'Arg':
      return [
        [k.dtype, size(k.domain)],
        ['i32', size(k.domain.slice(0, -1))]
      ]
    case 'Bits':
      return [['u32', 2 * k.keys + k.keys * k.counters]]
    case 'Patches':
      return [[k.dtype, patchesElements(k)], ...elementsIn(k.epilogue)]
    case 'Pool':
      return [
        [k.dtype, product(k.axes.map((x) => x.positions)) * (product(k.axes.map((x) => x.offsets)) + 1)]
      ]
  }
}

const bytesCopied = (links: ReadonlyArray<{ readonly bytes: number }>): number => total(links, (l) => l.bytes)

/** Bytes that each step copies, or some branch: slices that are not in place, and carries to where the next step reads them. */
export const copiedEach = (k: Nested): number => {
  switch (k._tag) {
    case 'Loop': {
      const slices = [...k.sliced, ...k.stacked].filter((l) => !l.inPlace)
      const kept = Math.ceil(bytesCopied(k.kept) / k.every)
      return kept + bytesCopied([...slices, ...k.body.plan.transfers])
    }
    case 'Repeat':
      return bytesCopied(k.body.plan.transfers)
    case 'Branch':
      return bytesCopied(k.alternatives.flatMap((a) => a.copied))
  }
}

/** Bytes of carries before the first step and after the last one. */
const carriedBytes = (k: Nested): number =>
  k._tag === 'Branch'
    ? 0
    : total(k.carried, ({ slot, last }) => {
        const { dtype, size: n } = k.body.buffer(slot)
        return n * widthOf(dtype) * (last === undefined ? 1 : 2)
      })

/** What is copied is read and written. */
export const movedBytes = (k: Kernel): number =>
  isNested(k)
    ? inEach(k, movedBytes) + 2 * (stepsOf(k) * copiedEach(k) + carriedBytes(k))
    : movedElements(k).reduce((sum, [dtype, n]) => sum + widthOf(dtype) * n, 0)
