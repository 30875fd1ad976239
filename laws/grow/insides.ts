/** How a program grows by one node with an inside. */
import type { Control, Value } from '../../src/graph/Expr.js'
import { full, sliceAt } from '../../src/graph/terms.js'
import { isFloat } from '../../src/tensor/DType.js'
import { bodyOf, callOf, chooseOf, loopOf, type Body } from './body.js'
import { alike, map, pick, type Context } from './context.js'
import { callResults, caseResults, scanResults, whileResults } from './control.js'

/** Which branch is taken is not for data to say: a program whose kinks are known has none inside. */
const constant = (k: number) => (): Value => full(k, { shape: [], dtype: 'i32' })

/** A random body, most often with an inside of its own. */
const body = (s: Context): Body => bodyOf(s.draw(2 ** 20), 2, constant(s.draw(3)))

type Maker = (s: Context) => Value | undefined

const isReal = (n: Value): boolean => isFloat(n.dtype)

/** One of several results. */
export const oneOf = (s: Context, results: ReadonlyArray<Value>): Value | undefined =>
  results[s.draw(results.length)]

const ofTwo =
  (f: (s: Context, x: Value, y: Value) => ReadonlyArray<Value>): Maker =>
  (s) =>
    map(pick(s, isReal), (x) => map(alike(s, x)[0], (y) => oneOf(s, f(s, x, y))))

/** A loop over a value with a leading axis, from one of its slices on. */
const scan: Maker = (s) =>
  map(
    pick(s, (n) => isReal(n) && n.shape.length > 0 && n.shape[0] !== 0),
    (xs) => {
      const [reverse, first] = [s.draw(2) === 0, sliceAt(xs, 0)]
      return s.draw(2) === 0
        ? oneOf(s, scanResults(reverse, first, first, xs))
        : oneOf(s, loopOf({ next: body(s), output: body(s) }, reverse, [first], first, xs))
    }
  )

/** One maker per family with an inside. */
export const insides: Readonly<Record<Control['_tag'], Maker>> = {
  Call: ofTwo((s, x, y) => (s.draw(2) === 0 ? callResults(x, y) : [callOf(body(s), [x, y])])),
  Case: ofTwo((s, x, y) =>
    s.draw(2) === 0
      ? caseResults(s.draw(4) - 1, x, y)
      : [chooseOf(constant(s.draw(4) - 1)(), [body(s), body(s)], [x, y])]
  ),
  Scan: scan,
  While: (s) => map(pick(s, isReal), (x) => whileResults(1 + s.draw(5), x)[0])
}
