/** What loops and branches say of sizes that cannot be, and of what fails inside of them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { node, type Value } from '../../src/graph/Expr.js'
import { showError } from '../../src/graph/failure.js'
import * as make from '../../src/graph/make.js'
import { close } from '../../src/graph/Region.js'
import { full, typed } from '../../src/graph/terms.js'
import {
  compile,
  evaluate,
  forLoop,
  map,
  scan,
  spec,
  tensor,
  toFlat,
  whileLoop,
  type Expr
} from '../../src/index.js'
import { unsafeRight } from '../support/outcome.js'
import { program } from '../../src/reference/evaluate.js'
import { simplify } from '../../src/rules/simplify.js'
import { sumAndDoubleOf } from '../support/sumAndDouble.js'

/** An index beyond the rows, looked up inside of a call. */
const failing = (): Value => {
  const x = make.input('argument', [], 'i32')
  const rows = make.iota(0, [3], 'f64')
  const { region, captured } = close([x], [make.gather(0, 0, x, rows)])
  const made = make.call(region, [...captured, full(7, { shape: [], dtype: 'i32' })])
  return made._tag === 'Invalid' ? made : (make.resultsOf(made, made.results)[0] ?? made.xs[0]!)
}

describe('what fails inside of a node', () => {
  const message = /index 7 is out of range/

  it('is the error of a run', () => {
    expect(failureOf([failing()])).toMatch(message)
  })

  it('is not simplified away with what it decides', () => {
    const condition = make.binary('gt', failing(), full(0, { shape: [], dtype: 'f64' }))
    const x = full(1, { shape: [], dtype: 'f64' })
    const [same = x] = simplify([make.select(condition, x, x)])
    expect(failureOf([same])).toMatch(message)
  })
})

const failureOf = (results: ReadonlyArray<Value>): string =>
  pipe(
    program({ parameters: [], results }),
    E.chainW((made) => made([])),
    E.match(showError, () => 'no error')
  )

describe('loops whose length is no number of steps', () => {
  const x = tensor(1)
  const messageOf = (e: object): string =>
    pipe(
      evaluate(e),
      E.match(showError, () => 'no error')
    )
  const self = (c: Expr<[], 'f32'>): Expr<[], 'f32'> => c
  const forever = (bound: number) => whileLoop(() => tensor(true, 'bool'), self, { bound })

  it.each([
    ['forLoop', forLoop(0, 2.5, (_, c: Expr<[], 'f32'>) => c)(x), 'forLoop: from 0 to 2.5 is not'],
    ['whileLoop', forever(2.5)(x), 'whileLoop: a bound of 2.5 is not'],
    ['whileLoop', forever(-1)(x), 'whileLoop: a bound of -1 is not'],
    ['scan', scan((c: Expr<[], 'f32'>) => [c, c], { length: -1 })(x), 'scan: -1 is not a number of steps'],
    ['scan', scan((c: Expr<[], 'f32'>) => [c, c])(x), 'scan: has neither inputs nor a length']
  ])('%s says so once', (_, result, message) => {
    const found = messageOf(result)
    expect(found).toContain(message)
    expect(found.split('\n').filter((line) => !line.startsWith('  '))).toHaveLength(1)
  })
})

it('a primitive inside of a loop does in WebAssembly what it does elsewhere', () => {
  const inside = map((x: Expr<[], 'f32'>) => typed<Expr<[], 'f32'>>(sumAndDoubleOf(node(x))[1]!))
  const f = unsafeRight(compile((xs: Expr<[3], 'f32'>) => inside(xs))(spec([3])))
  expect(pipe(f(tensor([1, -2, 3])), unsafeRight, toFlat)).toEqual([2, -4, 6])
})
