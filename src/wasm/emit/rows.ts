/** Nests that go through rows together as one function: each has loops of its own inside those over the rows. */
import { locals, sequence, type Func } from '../encode/control.js'
import type { Statement } from '../encode/value.js'
import type { Rows } from '../kernel/kernel.js'
import { loopedTogether } from './emission.js'
import { loopAt, partsOf } from './nest.js'
import type { Site } from './site.js'
import { outermost, walker } from './walk.js'

/** Room for the own use of several, side by side: they use it at the same time. */
const sharing = (site: Site): Site => {
  let used = 0
  return {
    ...site,
    scratch: (bytes) => {
      const at = used
      used += bytes
      return site.scratch(used) + at
    }
  }
}

export const emitRows = (given: Site, rows: Rows): Func => {
  const scope = locals()
  const site = sharing(given)
  const { dims, loops } = loopedTogether(rows)
  const { distance, walks } = walker(scope, outermost)
  const start = { site, scope, passing: rows.passing, outside: { depth: dims.length, distance } }
  const stages = rows.stages.map((nest, i) => partsOf(start, nest, loops[i]!))
  const all = walks()
  const at = (depth: number): Statement =>
    depth === dims.length ? sequence(...stages.map((s) => s.inside)) : loopAt(scope, dims, depth, at, all)
  const { code } = sequence(
    ...stages.map((s) => s.before),
    ...all.map((w) => w.pointer.set(w.from)),
    at(0),
    ...stages.map((s) => s.after)
  )
  return { name: rows.name, parameters: [], results: [], locals: scope.types(), body: code }
}
