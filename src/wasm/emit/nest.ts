/** Elementwise work and reductions over one domain as one function. */
import { size, type Dims } from '../../tensor/dims.js'
import { counted, locals, move, nothing, sequence, type Func, type Locals } from '../encode/control.js'
import type { Statement } from '../encode/value.js'
import type { Nest } from '../kernel/kernel.js'
import { filled } from './accumulate.js'
import { elementLanes, isInvariant } from './element.js'
import { accessPlace, block, last, looped, usesOf, type Emission, type Looped } from './emission.js'
import type { Vector } from './lanes.js'
import { storeLanes } from './memory.js'
import { accumulators, deliver, reducing, totals, type Reducing } from './reducing.js'
import type { Site } from './site.js'
import { advance, outermost, walker, type Outside, type Walk } from './walk.js'
import { widthIn, widthOf } from '../kernel/width.js'

/** All that happens at `lanes` neighbouring points; `known` are elements that need not be computed there. */
export const points = (
  e: Emission,
  known: ReadonlyMap<number, Vector>,
  reductions: ReadonlyArray<Reducing>,
  lanes: number
): Statement => {
  const { list, once, context: l } = block(e, lanes)
  const values: Array<Vector> = []
  e.nest.elements.forEach((x, k) => {
    const v = known.get(k) ?? elementLanes(e, l, k, values, lanes)
    values.push((e.uses[k] ?? 0) > 1 && x._tag !== 'Literal' ? once(v) : v)
  })
  // Everything is computed before anything is stored: a result may lie over an argument.
  const results = e.nest.stores.map((s) => once(values[s.element]!))
  for (const r of reductions) {
    const x = values[r.source.element]!
    if (r.registers === undefined) list.push(deliver(e, l, r, x, r.source.dtype, lanes))
    else list.push(r.registers.add(l, x, lanes))
  }
  for (const [i, s] of e.nest.stores.entries()) {
    const [steps, d] = [e.loops.stores[i]!, e.nest.elements[s.element]!.dtype]
    const place = accessPlace(e, s.access, widthOf(d), steps)
    list.push(storeLanes(d, place, results[i]!, last(steps), lanes))
  }
  return sequence(...list)
}

/** Whether it does no harm to go on past the last point: everything lies in order from the beginning of its buffer. */
const mayOverrun = (e: Emission): boolean =>
  e.loops.dims.length === 1 &&
  e.nest.reductions.length === 0 &&
  e.nest.stores.every(
    ({ access }, i) =>
      last(e.loops.stores[i]!) === 1 &&
      access.offset === 0 &&
      e.site.sizeOf(access.buffer) === e.loops.dims[0]
  ) &&
  e.loops.elements.every((s) => last(s) === 0 || last(s) === 1) &&
  e.nest.elements.every(
    (x) => x._tag !== 'Binary' || (x.op !== 'div' && x.op !== 'rem') || x.from === 'f32' || x.from === 'f64'
  )

/** A loop of several, the inner ones included; pointers end where the walk along all of them ends. */
export const loopAt = (
  scope: Locals,
  dims: Dims,
  depth: number,
  inner: (depth: number) => Statement,
  walks: ReadonlyArray<Walk>
): Statement => {
  const d = dims[depth]!
  const behind = (w: Walk): number =>
    depth + 1 < dims.length ? (dims[depth + 1] ?? 0) * (w.steps[depth + 1] ?? 0) : 0
  const moves = walks.map((w) => move(w.pointer, ((w.steps[depth] ?? 0) - behind(w)) * w.width))
  const body = sequence(inner(depth + 1), ...moves)
  return d === 1 ? body : counted(scope.add('i32'), 0, d, 1, body)
}

interface Body {
  readonly before: Statement
  readonly full: Statement
  readonly tail: Statement
  readonly rounds: number
  readonly rest: number
}

const bodyOf = (e: Emission, reductions: ReadonlyArray<Reducing>): Body => {
  const n = e.loops.dims.at(-1) ?? 1
  const over = mayOverrun(e)
  const rounds = over ? Math.ceil(n / e.width) : Math.floor(n / e.width)
  const rest = over ? 0 : n % e.width
  const { list, once, context } = block(e, e.width)
  const invariants = new Map(
    e.nest.elements.flatMap((_, k): ReadonlyArray<readonly [number, Vector]> =>
      isInvariant(e, k) ? [[k, once(elementLanes(e, context, k, [], e.width))]] : []
    )
  )
  return {
    before: sequence(...list),
    full: rounds === 0 ? nothing : points(e, invariants, reductions, e.width),
    tail: rest === 0 ? nothing : points(e, invariants, reductions, rest),
    rounds,
    rest
  }
}

const innermost = (e: Emission, body: Body, walks: ReadonlyArray<Walk>): Statement => {
  const step = sequence(body.full, advance(walks, e.width))
  const main =
    body.rounds === 0
      ? nothing
      : body.rounds === 1
        ? step
        : counted(e.scope.add('i32'), 0, body.rounds, 1, step)
  return sequence(body.before, main, body.tail, body.rest === 0 ? nothing : advance(walks, body.rest))
}

/** Over no points, every result is what nothing adds up to. */
const emitEmpty = (site: Site, { name, reductions }: Nest): Func => {
  const scope = locals()
  const fills = reductions.map(({ dtype, op, access: { buffer } }) =>
    filled(scope, op, dtype, site.address(buffer), site.sizeOf(buffer))
  )
  return { name, parameters: [], results: [], locals: scope.types(), body: sequence(...fills).code }
}

/** What a nest does inside the loops that stand around it, and what it does before and after those. */
export interface Parts {
  readonly before: Statement
  readonly inside: Statement
  readonly after: Statement
}

/** What is known of a nest before anything of it is written. */
export interface Start {
  readonly site: Site
  readonly scope: Locals
  readonly passing: Emission['passing']
  readonly outside: Outside
}

export const partsOf = ({ outside, ...start }: Start, nest: Nest, loops: Looped): Parts => {
  const width = widthIn(nest)
  const { place, walks } = walker(start.scope, outside)
  const e: Emission = { ...start, nest, loops, depth: outside.depth, width, uses: usesOf(nest), place }
  const reductions = reducing(e)
  const body = bodyOf(e, reductions)
  const finishing = reductions.map((r) => totals(e, r))
  const all = walks()
  const at = (depth: number): Statement => {
    const here = reductions.flatMap((r, i) => (r.registers !== undefined && r.depth === depth ? [i] : []))
    const loop =
      depth === loops.dims.length - 1 ? innermost(e, body, all) : loopAt(e.scope, loops.dims, depth, at, all)
    return sequence(
      ...here.map((i) => reductions[i]!.registers!.init),
      loop,
      ...here.map((i) => finishing[i]!)
    )
  }
  return {
    before: accumulators(e, reductions, 'before'),
    inside: sequence(...all.map((w) => w.pointer.set(w.from)), at(outside.depth)),
    after: accumulators(e, reductions, 'after')
  }
}

/** The function of a nest. */
export const emitNest = (site: Site, nest: Nest): Func => {
  if (size(nest.domain) === 0) return emitEmpty(site, nest)
  const scope = locals()
  const start = { site, scope, passing: new Set<number>(), outside: outermost }
  const { before, inside, after } = partsOf(start, nest, looped(nest))
  const { code } = sequence(before, inside, after)
  return { name: nest.name, parameters: [], results: [], locals: scope.types(), body: code }
}
