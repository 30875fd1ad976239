/** What is made of the sums of a tile before they leave the registers. */
import type { Dims } from '../../../tensor/dims.js'
import { move, recycling, sequence, type Local, type Locals } from '../../encode/control.js'
import type { Statement } from '../../encode/value.js'
import type { Access, Work } from '../../kernel/kernel.js'
import { accumulatorOf } from '../accumulate.js'
import { accessPlace, last, usesOf, type Emission } from '../emission.js'
import { shifted } from '../memory.js'
import { points } from '../nest.js'
import { reducing, type Reducing } from '../reducing.js'
import type { Site } from '../site.js'
import { outermost, walker, type Walk } from '../walk.js'
import { widthOf } from '../../kernel/width.js'

/** The work on sums, as one function does it. */
export interface Epilogue {
  readonly emission: Emission
  readonly reductions: ReadonlyArray<Reducing>
  /** Ways through all that is read and written, along the axes of the work; the last of them are the columns. */
  readonly walks: ReadonlyArray<Walk>
  /** Begins a vector of sums. */
  readonly restart: () => void
}

const emissionOf = (
  site: Site,
  scope: Locals,
  work: Work,
  width: number,
  place: Emission['place']
): Emission => {
  const stepsOf = ({ access }: { readonly access: Access }) => access.steps
  return {
    site,
    scope,
    nest: work,
    loops: {
      dims: work.domain,
      elements: work.elements.map((x) => (x._tag === 'Load' ? x.access.steps : work.domain.map(() => 0))),
      stores: work.stores.map(stepsOf),
      reductions: work.reductions.map(stepsOf)
    },
    depth: 0,
    passing: new Set(),
    width,
    uses: usesOf(work),
    place
  }
}

/** Asks for every place once, so that all walks are known before any code is written. */
const visit = (e: Emission, reductions: ReadonlyArray<Reducing>): void => {
  const { elements, stores } = e.nest
  for (const x of elements) if (x._tag === 'Load') accessPlace(e, x.access, widthOf(x.dtype), x.access.steps)
  for (const { access, element } of stores)
    accessPlace(e, access, widthOf(elements[element]!.dtype), access.steps)
  for (const { source, address, steps } of reductions)
    e.place(address, 0, widthOf(accumulatorOf(source.op, source.dtype)), steps)
}

/** `pointers` hands out the locals of the walks; new ones unless told. */
export const epilogueOf = (
  site: Site,
  scope: Locals,
  work: Work,
  lanes: number,
  pointers?: () => Local<'i32'>
): Epilogue => {
  const { place, walks } = walker(scope, outermost, pointers)
  const { scope: again, restart } = recycling(scope)
  const emission = emissionOf(site, again, work, lanes, place)
  const reductions = reducing(emission)
  visit(emission, reductions)
  return { emission, reductions, walks: walks(), restart }
}

/** Moves all pointers by so many along each axis. */
export const moveWalks = (walks: ReadonlyArray<Walk>, ...by: Dims): Statement =>
  sequence(
    ...walks.map(({ pointer, steps, width }) =>
      move(pointer, by.reduce((sum, n, i) => sum + n * (steps[i] ?? 0), 0) * width)
    )
  )

interface Tile {
  readonly rows: number
  readonly columns: number
}

/** The work on one vector of sums, so many bytes behind where a pointer is; the first `lanes` of it exist. */
const applyToVector = (
  { emission, reductions, restart }: Epilogue,
  sum: Local<'v128'>,
  behind: (steps: Dims) => number,
  lanes: number
): Statement => {
  restart()
  const given = emission.nest.elements.flatMap((x, k) =>
    x._tag === 'Accumulator' ? [[k, sum.get] as const] : []
  )
  const place: Emission['place'] = (address, offset, width, steps, moved) =>
    shifted(emission.place(address, offset, width, steps, moved), behind(steps) * width)
  return points({ ...emission, place }, new Map(given), reductions, lanes)
}

/** The work on the sums of a tile whose rows lie along some axis; so many of its rows and columns exist. */
export const applyEpilogue = (
  epilogue: Epilogue,
  sums: ReadonlyArray<ReadonlyArray<Local<'v128'>>>,
  axis: number,
  { rows, columns }: Tile
): Statement => {
  const { width } = epilogue.emission
  return sequence(
    ...sums.slice(0, rows).flatMap((row, i) =>
      row.flatMap((sum, v) => {
        const lanes = Math.min(width, columns - v * width)
        const behind = (steps: Dims): number => i * (steps[axis] ?? 0) + v * width * last(steps)
        return lanes <= 0 ? [] : [applyToVector(epilogue, sum, behind, lanes)]
      })
    )
  )
}
