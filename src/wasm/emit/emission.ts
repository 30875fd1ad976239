/** What the parts of a nest's function share while it is written. */
import type { Dims } from '../../tensor/dims.js'
import type { Locals } from '../encode/control.js'
import type { Place, Statement } from '../encode/value.js'
import type { Access, Element, Nest } from '../lower/kernel.js'
import { coalesce } from './domain.js'
import { divideLanes } from './integer.js'
import type { Lanes, Vector } from './lanes.js'
import type { Site } from './site.js'

export const hasArguments = (e: Element): e is Element & { readonly args: ReadonlyArray<number> } =>
  'args' in e

/** How often each element is read. */
export const usesOf = ({ elements, stores, reductions }: Nest): ReadonlyArray<number> => {
  const uses = elements.map(() => 0)
  const count = (k: number): void => {
    uses[k] = (uses[k] ?? 0) + 1
  }
  for (const e of elements) if (hasArguments(e)) e.args.forEach(count)
  for (const s of [...stores, ...reductions]) count(s.element)
  return uses
}

/** A nest whose axes have been joined: the steps of each element, store and reduction along the loops. */
interface Looped {
  readonly dims: Dims
  readonly elements: ReadonlyArray<Dims>
  readonly stores: ReadonlyArray<Dims>
  readonly reductions: ReadonlyArray<Dims>
}

export const looped = ({ domain, elements, stores, reductions }: Nest): Looped => {
  const ofElement = (e: Element): Dims =>
    e._tag === 'Load'
      ? e.access.steps
      : e._tag === 'Index'
        ? domain.map((_, i) => (i === e.axis ? 1 : 0))
        : domain.map(() => 0)
  const { dims, walks } = coalesce(domain, [
    ...elements.map(ofElement),
    ...[...stores, ...reductions].map((s) => s.access.steps)
  ])
  const [n, m] = [elements.length, stores.length]
  return {
    dims,
    elements: walks.slice(0, n),
    stores: walks.slice(n, n + m),
    reductions: walks.slice(n + m)
  }
}

/** Points that are worked on at once. */
export const widthIn = ({ elements, reductions }: Nest): 2 | 4 =>
  elements.some((x) => x.dtype === 'f64' || ('from' in x && x.from === 'f64')) ||
  reductions.some((r) => r.dtype === 'f64')
    ? 2
    : 4

/** What is emitted for one nest. */
export interface Emission {
  readonly site: Site
  readonly scope: Locals
  readonly nest: Nest
  readonly loops: Looped
  readonly width: number
  readonly uses: ReadonlyArray<number>
  readonly place: (address: number, offset: number, width: number, steps: Dims) => Place
}

/** A list of statements with the operations that add to it. */
export const block = ({ site, scope }: Emission, lanes: number) => {
  const list: Array<Statement> = []
  const once = (x: Vector): Vector => {
    const kept = scope.add('v128')
    list.push(kept.set(x))
    return kept.get
  }
  const context = (where: string): Lanes => ({
    call: site.call,
    once,
    integer: (op, dtype, a, b) => {
      const [before, out] = divideLanes(site, scope, { op, dtype, where }, [a, b], lanes)
      list.push(before)
      return once(out)
    }
  })
  return { list, once, context }
}

/** The step along the innermost loop. */
export const last = (steps: Dims): number => steps.at(-1) ?? 0

export const accessPlace = (e: Emission, { buffer, offset }: Access, width: number, steps: Dims): Place =>
  e.place(e.site.address(buffer), offset, width, steps)
