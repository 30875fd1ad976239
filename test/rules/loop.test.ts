/** Loops hand over what they have computed: nothing is computed anew, and nothing comes to anything else. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  add,
  grad,
  jvp,
  matmul,
  mul,
  reference,
  scan,
  square,
  sum,
  tan,
  toFlat,
  type Expr,
  type Tensor
} from '../../src/index.js'
import { node, type Node, type Value } from '../../src/graph/Expr.js'
import { nodesOf } from '../../src/graph/leaves.js'
import { topological } from '../../src/graph/fold.js'
import * as make from '../../src/graph/make.js'
import { typed } from '../../src/graph/terms.js'
import { withLoops } from '../../src/rules/loop/index.js'
import { simplify } from '../../src/rules/simplify.js'
import { size } from '../../src/tensor/dims.js'
import { own } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'
import { regionsOf } from '../../src/graph/families.js'

const within = (roots: ReadonlyArray<Value>): ReadonlyArray<Node> =>
  topological(roots).flatMap((n) => [n, ...regionsOf(n).flatMap(({ results }) => within(results))])

/** How many nodes of a kind there are, those inside of others included. */
const count = (roots: ReadonlyArray<Value>, is: (n: Node) => boolean): number =>
  within(roots).filter(is).length

const isTan = (n: Node): boolean => n._tag === 'Unary' && n.op === 'tan'
const isProduct = (n: Node): boolean => n._tag === 'Contract'

type State = Expr<[3], 'f64'>

const w = typed<Expr<[3, 3], 'f64'>>(make.input('w', [3, 3], 'f64'))
const h = typed<State>(make.input('h', [3], 'f64'))
const xs = typed<Expr<[5, 3], 'f64'>>(make.input('xs', [5, 3], 'f64'))

const loss = (v: typeof w) =>
  pipe(
    scan((c: State, x: State) => {
      const next = pipe(c, matmul(v), add(x), tan)
      return [next, pipe(next, mul(x))]
    })(h, xs)[1],
    square,
    sum()
  )

const before = (tree: unknown): ReadonlyArray<Value> => simplify(nodesOf(tree), 'run')

describe('a loop and the loop of its derivative', () => {
  it('have the products and functions of the value once', () => {
    const plain = before(grad(loss)(w))
    const after = withLoops(plain)
    expect([count(plain, isTan), count(after, isTan)]).toEqual([2, 1])
    expect([count(plain, isProduct), count(after, isProduct)]).toEqual([4, 3])
  })

  it('have them once in derivatives of derivatives, in either mode', () => {
    const [of, along] = [grad((v: typeof w) => sum()(square(grad(loss)(v)))), jvp(grad(loss))]
    expect(count(before(of(w)), isTan)).toBeGreaterThan(2)
    expect(count(withLoops(before(of(w))), isTan)).toBe(1)
    expect(count(withLoops(before(along(w, w)[1])), isTan)).toBe(1)
  })

  it('keep nothing that is as cheap to compute as to read', () => {
    const cell = (v: State) => scan((c: State, x: State) => [pipe(c, add(x), mul(v)), []])(h, xs)[0]
    const plain = before(grad((v: State) => sum()(cell(v)))(h))
    expect(withLoops(plain)).toEqual(plain)
  })

  it('have them once inside of another loop', () => {
    const step = (c: State, x: State) =>
      [
        grad((d: State) => pipe(scan((e: State, y: State) => [tan(add(y)(e)), []])(d, xs)[0], mul(x), sum()))(
          c
        ),
        []
      ] as const
    const plain = before(scan(step)(h, xs)[0])
    expect([count(plain, isTan), count(withLoops(plain), isTan)]).toEqual([2, 1])
  })

  it('come to the same, to the bit', () => {
    const along = jvp(grad(loss))(w, w)
    const plain = before([grad(loss)(w), along, grad((v: typeof w) => sum()(square(grad(loss)(v))))(w)])
    const values = [w, h, xs].map(({ shape }, k) => numbers(shape, k))
    const run = (results: ReadonlyArray<Value>) => {
      const parameters = [w, h, xs].map((x) => node(x)).filter((n) => n._tag === 'Input')
      return unsafeRight(unsafeRight(reference.compile({ parameters, results }))(values)).map((t) =>
        toFlat(t)
      )
    }
    expect(run(withLoops(plain))).toEqual(run(plain))
  })
})

const numbers = (shape: ReadonlyArray<number>, k: number): Tensor =>
  own(
    shape,
    'f64',
    Float64Array.from({ length: size(shape) }, (_, i) => Math.sin(i + 7 * k))
  )
