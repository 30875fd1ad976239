/** Random programs with results that could replace arguments. */
import * as fc from 'fast-check'
import type { Program } from '../../laws/index.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { equalDims } from '../../src/tensor/dims.js'
import { randomPrograms } from '../support/expressions.js'

/** Results in front that could replace the arguments in the same places. */
const replacing = (program: Program, picks: ReadonlyArray<number>): Program => {
  const order = valuesBelow(program.results)
  const states = program.parameters.map((x, i): Value => {
    const alike = order.filter((n) => n.dtype === x.dtype && equalDims(n.shape, x.shape))
    const picked = alike[(picks[i] ?? 0) % Math.max(1, alike.length)] ?? x
    return picked === x ? make.convert(x.dtype, make.convert('f64', x)) : picked
  })
  return { ...program, results: [...states, ...program.results] }
}

/** Programs with such results. */
export const stateful = (programs: fc.Arbitrary<Program>): fc.Arbitrary<Program> =>
  fc
    .tuple(programs, fc.array(fc.nat(40), { minLength: 8, maxLength: 8 }))
    .map(([program, picks]) => replacing(program, picks))

export const statefulPrograms: fc.Arbitrary<Program> = stateful(randomPrograms({ length: 30 }))
