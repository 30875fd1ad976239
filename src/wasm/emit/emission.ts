/** What the parts of a nest's function share while it is written. */
import { showDims, type Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import { when, type Locals } from '../encode/control.js'
import { i32x4, shuffle32 } from '../encode/simd.js'
import type { Place, Statement } from '../encode/value.js'
import type { Access, Element, Rows, Work } from '../kernel/kernel.js'
import { functionNamed, type MathFunction } from '../math/index.js'
import { unaryForm, type UnaryOp } from '../../graph/op.js'
import { coalesce } from './domain.js'
import { divideLanes } from './integer.js'
import type { Lanes, Vector } from './lanes.js'
import type { Site } from './site.js'
import type { Placing } from './walk.js'

export const hasArguments = (e: Element): e is Element & { readonly args: ReadonlyArray<number> } =>
  'args' in e

/** How often each element is read. */
export const usesOf = ({ elements, stores, reductions }: Work): ReadonlyArray<number> => {
  const uses = elements.map(() => 0)
  const count = (k: number): void => {
    uses[k] = (uses[k] ?? 0) + 1
  }
  for (const e of elements) if (hasArguments(e)) e.args.forEach(count)
  for (const s of [...stores, ...reductions]) count(s.element)
  return uses
}

/** The loops of some work: the steps of each element, store and reduction along them. */
export interface Looped {
  readonly dims: Dims
  readonly elements: ReadonlyArray<Dims>
  readonly stores: ReadonlyArray<Dims>
  readonly reductions: ReadonlyArray<Dims>
}

const stepsOf = ({ domain, elements, stores, reductions }: Work): ReadonlyArray<Dims> => {
  const ofElement = (e: Element): Dims =>
    e._tag === 'Load'
      ? e.access.steps
      : e._tag === 'Index'
        ? domain.map((_, i) => (i === e.axis ? 1 : 0))
        : domain.map(() => 0)
  return [...elements.map(ofElement), ...[...stores, ...reductions].map((s) => s.access.steps)]
}

const assigned = ({ elements, stores }: Work, dims: Dims, walks: ReadonlyArray<Dims>): Looped => {
  const [n, m] = [elements.length, stores.length]
  return {
    dims,
    elements: walks.slice(0, n),
    stores: walks.slice(n, n + m),
    reductions: walks.slice(n + m)
  }
}

export const looped = (nest: Work): Looped => {
  const { dims, walks } = coalesce(nest.domain, stepsOf(nest))
  return assigned(nest, dims, walks)
}

/** Stages whose common axes have been joined in the same way for all, the others for each by itself; and how many of the loops are common. */
export const loopedTogether = ({ outer, stages }: Rows) => {
  const rank = outer.length
  const all = stages.map(stepsOf)
  const common = coalesce(
    outer,
    all.flat().map((s) => s.slice(0, rank))
  )
  const start = (i: number): number => all.slice(0, i).flat().length
  const loops = stages.map((nest, i) => {
    const own = coalesce(
      nest.domain.slice(rank),
      all[i]!.map((s) => s.slice(rank))
    )
    const walks = own.walks.map((s, k) => [...common.walks[start(i) + k]!, ...s])
    return assigned(nest, [...common.dims, ...own.dims], walks)
  })
  return { dims: common.dims, loops }
}

/** What is emitted for one nest. */
export interface Emission {
  readonly site: Site
  readonly scope: Locals
  readonly nest: Work
  readonly loops: Looped
  /** How many of the loops are shared with others, and stand around all that is emitted here. */
  readonly depth: number
  /** Buffers in which what is at the next point of those loops is written over what is at this one. */
  readonly passing: ReadonlySet<number>
  readonly width: number
  readonly uses: ReadonlyArray<number>
  readonly place: Placing
}

const isUnary = (name: string): name is UnaryOp => Object.hasOwn(unaryForm, name)

/** Functions of activations and losses, in f32: a call would cost as much as they do. They call no others. */
const inlined = (name: string): MathFunction | undefined =>
  isUnary(name) && unaryForm[name].cost === 'short' ? functionNamed(`f32x4.${name}`) : undefined

/** Lanes without an element get the first: what they hold might take a function's slow way. */
const repeating = (dtype: DType, x: Vector, lanes: number): Vector =>
  dtype === 'f64'
    ? lanes === 2
      ? x
      : shuffle32(x, x, [0, 1, 0, 1])
    : lanes === 4
      ? x
      : shuffle32(
          x,
          x,
          [0, 1, 2, 3].map((k) => (k < lanes ? k : 0))
        )

/** A list of statements with the operations that add to it. */
export const block = ({ site, scope, nest }: Emission, lanes: number) => {
  const list: Array<Statement> = []
  const once = (x: Vector): Vector => {
    const kept = scope.add('v128')
    list.push(kept.set(x))
    return kept.get
  }
  const context: Lanes = {
    call: (name, dtype, ...args) => {
      const f = dtype === 'f64' ? undefined : inlined(name)
      const alive = args.map((x) => repeating(dtype, once(x), lanes))
      if (f === undefined) return site.call(name, dtype, ...alive)
      const given = alive.map((x) => {
        const kept = scope.add('v128')
        list.push(kept.set(x))
        return kept
      })
      return once(f.build(given, scope, () => given[0]!.get))
    },
    once,
    unless: (x, seldom, instead) => {
      const kept = scope.add('v128')
      const other = when(i32x4.bitmask(seldom(kept.get)), kept.set(instead(kept.get)))
      list.push(kept.set(x), other)
      return kept.get
    },
    integer: (op, dtype, a, b) => {
      const where = (): string => `${dtype}${showDims(nest.domain)}`
      const [before, out] = divideLanes(site, scope, { op, dtype, where }, [a, b], lanes)
      list.push(before)
      return once(out)
    }
  }
  return { list, once, context }
}

/** The step along the innermost loop. */
export const last = (steps: Dims): number => steps.at(-1) ?? 0

export const accessPlace = (e: Emission, { buffer, offset }: Access, width: number, steps: Dims): Place =>
  e.place(e.site.address(buffer), offset, width, steps, e.site.moved(buffer))
