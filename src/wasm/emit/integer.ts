/** Division of integers, for which there are no vector instructions, lane by lane. */
import type { DType } from '../../tensor/DType.js'
import { when, sequence, type Locals } from '../encode/control.js'
import { i32x4 } from '../encode/simd.js'
import { i32, select, type Statement, type Value } from '../encode/value.js'
import type { Vector } from './lanes.js'
import type { Site } from './site.js'

type Op = 'div' | 'rem'

const divide = (op: Op, d: DType, a: Value<'i32'>, b: Value<'i32'>): Value<'i32'> =>
  d === 'u32' ? (op === 'div' ? i32.divU : i32.remU)(a, b) : (op === 'div' ? i32.divS : i32.remS)(a, b)

const zero = i32.const(0)
const minusOne = i32.const(-1)

/** Divides `lanes` lanes; a zero divisor is noted as a fault and gives 0. */
export const divideLanes = (
  site: Site,
  scope: Locals,
  { op, dtype, where }: { readonly op: Op; readonly dtype: DType; readonly where: () => string },
  [given, divisor]: readonly [Vector, Vector],
  lanes: number
): readonly [Statement, Vector] => {
  const [a, b, out] = [scope.add('v128'), scope.add('v128'), scope.add('v128')]
  const [x, y] = [scope.add('i32'), scope.add('i32')]
  const message = (): string => `integer division by 0 in ${where()}; guard the divisor with where(...)`
  const lane = (k: number): Statement => {
    // The least integer divided by -1 wraps to itself, and would trap.
    const wraps = dtype === 'u32' ? zero : i32.eq(y.get, minusOne)
    const special = op === 'div' ? i32.sub(zero, x.get) : zero
    const safe = select(i32.or(i32.eqz(y.get), wraps), i32.const(1), y.get)
    const quotient = select(wraps, special, divide(op, dtype, x.get, safe))
    return sequence(
      x.set(i32x4.extract(a.get, k)),
      y.set(i32x4.extract(b.get, k)),
      when(i32.eqz(y.get), site.fault(op, message, zero)),
      out.set(i32x4.replace(out.get, k, quotient))
    )
  }
  const each = Array.from({ length: lanes }, (_, k) => lane(k))
  return [sequence(a.set(given), b.set(divisor), ...each), out.get]
}
