/** The position of the largest or smallest element along an axis; NaN wins, and among equals the first. */
import { isFloat } from '../../tensor/DType.js'
import { counted, locals, move, sequence, when, type Func, type Local } from '../encode/control.js'
import { f32, f64, i32, type Place, type Statement, type Value } from '../encode/value.js'
import type { Arg } from '../kernel/kernel.js'

import type { Site } from './site.js'
import { widthOf } from '../kernel/width.js'

/** The element as a double, which holds every dtype exactly. */
const asDouble = (a: Arg, place: Place): Value<'f64'> => {
  if (a.dtype === 'f64') return f64.load(place)
  if (a.dtype === 'f32') return f64.promoteF32(f32.load(place))
  return a.dtype === 'u32' ? f64.convertI32U(i32.load(place)) : f64.convertI32S(i32.load(place))
}

const better = (a: Arg, x: Local<'f64'>, best: Local<'f64'>): Value<'i32'> => {
  const beats = a.op === 'max' ? f64.gt(x.get, best.get) : f64.lt(x.get, best.get)
  if (!isFloat(a.dtype)) return beats
  const isNaN = (v: Local<'f64'>): Value<'i32'> => f64.ne(v.get, v.get)
  return i32.and(i32.eqz(isNaN(best)), i32.or(beats, isNaN(x)))
}

/** The function of a search none of whose sizes is 0. */
export const emitArg = (site: Site, a: Arg): Func => {
  const scope = locals()
  const [x, best] = [scope.add('f64'), scope.add('f64')]
  const [from, to, place] = [scope.add('i32'), scope.add('i32'), scope.add('i32')]
  const width = widthOf(a.dtype)
  const rank = a.domain.length - 1
  const searched = a.domain[rank] ?? 1
  const step = (a.x.steps[rank] ?? 0) * width
  const i = scope.add('i32')
  const here: Place = { base: from.get, offset: site.address(a.x.buffer) }
  const search = sequence(
    best.set(asDouble(a, here)),
    place.set(i32.const(0)),
    counted(
      i,
      0,
      searched,
      1,
      sequence(
        x.set(asDouble(a, here)),
        when(better(a, x, best), sequence(best.set(x.get), place.set(i.get))),
        move(from, step)
      )
    ),
    i32.store({ base: to.get, offset: site.address(a.out.buffer) }, place.get),
    move(from, -searched * step),
    move(to, 4)
  )
  const loops = (depth: number): Statement => {
    if (depth === rank) return search
    const [d, by] = [a.domain[depth] ?? 1, (a.x.steps[depth] ?? 0) * width]
    const inner = sequence(loops(depth + 1), move(from, by))
    return sequence(counted(scope.add('i32'), 0, d, 1, inner), move(from, -d * by))
  }
  const body = sequence(from.set(i32.const(a.x.offset * width)), to.set(i32.const(0)), loops(0))
  return { name: a.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
