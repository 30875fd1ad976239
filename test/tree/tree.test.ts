import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as Id from 'fp-ts/lib/Identity.js'
import * as IO from 'fp-ts/lib/IO.js'
import * as IOO from 'fp-ts/lib/IOOption.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as Str from 'fp-ts/lib/string.js'
import * as W from 'fp-ts/lib/Writer.js'
import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  evaluate,
  item,
  mul,
  reshape,
  showError,
  sum,
  tensor,
  type Expr,
  type Tensor
} from '../../src/index.js'
import {
  foldTree,
  leaves,
  mapTree,
  modifyTree,
  modifyWith,
  paths,
  traverseTree,
  zipTrees
} from '../../src/tree/index.js'
import { stateless } from '../../src/optim/index.js'

const number = (n: number): Tensor => tensor(n, 'f64')

const trees: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: -9, max: 9 }).map(number),
    fc.constantFrom<unknown>('name', true, null, undefined, 7),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('w', 'b', 'a.b', '', '0', '__proto__'), tie('tree'), { maxKeys: 3 })
  )
})).tree

const holds = (law: (tree: unknown) => void): void =>
  fc.assert(
    fc.property(trees, (tree) => {
      law(tree)
    })
  )

type Step = (x: Tensor) => Tensor
const triple: Step = (x) => number(3 * Number(item(x as Tensor<[]>)))
const next: Step = (x) => number(1 + Number(item(x as Tensor<[]>)))
const valueOf = (x: Tensor): number => Number(item(x as Tensor<[]>))

const isFrozen = (tree: unknown, like: unknown): boolean =>
  typeof like !== 'object' ||
  like === null ||
  '_tag' in like ||
  (Object.isFrozen(tree) &&
    Object.entries(like).every(([k, v]) => isFrozen((tree as Record<string, unknown>)[k], v)))

describe('mapTree is a functor', () => {
  it('identity and composition', () => {
    holds((tree) => {
      expect(mapTree((x) => x)(tree)).toEqual(tree)
      expect(mapTree(next)(mapTree(triple)(tree))).toEqual(mapTree(flow(triple, next))(tree))
    })
  })
  it('what is handed out is frozen, and what was given is not', () => {
    holds((tree) => {
      expect(isFrozen(mapTree(triple)(tree), tree)).toBe(true)
      expect(isFrozen(modifyTree(mul(2))(tree), tree)).toBe(true)
    })
    const given = { w: [number(1)] }
    const made = mapTree((x) => [x])(given)
    expect([given, given.w, made.w[0]].map(Object.isFrozen)).toEqual([false, false, false])
  })
})

describe('leaves and paths', () => {
  it('are in the same order and equally many, for every function of trees', () => {
    holds((tree) => {
      expect(leaves(tree).length).toBe(paths(tree).length)
      const seen: Array<readonly [unknown, string]> = []
      mapTree((x, path) => seen.push([x, path]))(tree)
      const folded = foldTree<typeof seen>([], (all, x, path) => [...all, [x, path]])(tree)
      const expected = leaves(tree).map((x, i) => [x, paths(tree)[i]])
      expect(seen).toEqual(expected)
      expect(folded).toEqual(expected)
    })
  })
})

describe('traverseTree', () => {
  const { Applicative: many } = RA
  const around = (x: Tensor): ReadonlyArray<Tensor> => [x, next(x)]
  const positive = (x: Tensor): O.Option<Tensor> => (valueOf(x) > -8 ? O.some(triple(x)) : O.none)
  const few = (tree: unknown): boolean => leaves(tree).length < 8

  it('identity', () => {
    holds((tree) => expect(traverseTree(Id.Applicative)(triple)(tree)).toEqual(mapTree(triple)(tree)))
  })
  it('naturality: a transformation of effects may be applied before or after', () => {
    holds((tree) => {
      fc.pre(few(tree))
      expect(RA.head(traverseTree(many)(around)(tree))).toEqual(
        traverseTree(O.Applicative)(flow(around, RA.head))(tree)
      )
      expect(E.fromOption(() => 'none')(traverseTree(O.Applicative)(positive)(tree))).toEqual(
        traverseTree(E.Applicative)(
          flow(
            positive,
            E.fromOption(() => 'none')
          )
        )(tree)
      )
    })
  })
  it('composition: two traversals in turn are one with composed effects', () => {
    holds((tree) => {
      const told: Array<number> = []
      const tell =
        (x: Tensor): IO.IO<Tensor> =>
        () => {
          told.push(valueOf(x))
          return triple(x)
        }
      const composed = traverseTree(IOO.Applicative)(flow(tell, IO.map(positive)))(tree)()
      const first = told.splice(0)
      const inTurns = pipe(
        tree,
        traverseTree(IO.Applicative)(tell),
        IO.map(traverseTree(O.Applicative)(positive))
      )()
      expect([composed, first]).toEqual([inTurns, told])
    })
  })
  it('effects are in the order of the leaves', () => {
    const told = W.getApplicative(RA.getMonoid<string>())
    holds((tree) => {
      const [made, log] = traverseTree(told)((x: Tensor, path) => () => [triple(x), [path]])(tree)()
      expect(log).toEqual(paths(tree))
      expect(made).toEqual(mapTree(triple)(tree))
    })
  })
  it('all errors by validation, the first one otherwise; long trees take no stack', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => number(i))
    const even = (x: Tensor, path: string): E.Either<string, number> =>
      valueOf(x) % 9999 === 1 ? E.left(path) : E.right(valueOf(x))
    expect(traverseTree(E.Applicative)(even)(long)).toEqual(E.left('[1]'))
    const validated = traverseTree(E.getApplicativeValidation(Str.Semigroup))(even)(long)
    expect(validated).toEqual(E.left('[1][10000][19999]'))
  })
})

describe('zipTrees', () => {
  const pair = (a: Tensor, b: Tensor): readonly [Tensor, Tensor] => [a, b]
  it('of a tree with itself has each leaf twice; keys in another order are the same tree', () => {
    holds((tree) => {
      expect(pipe(tree, zipTrees(pair)(tree))).toEqual(E.right(mapTree((x) => [x, x])(tree)))
      const projected = pipe(tree, zipTrees((a: Tensor) => a)(mapTree(triple)(tree)))
      expect(projected).toEqual(E.right(tree))
    })
    const [a, b] = [
      { w: number(1), b: number(2) },
      { b: number(4), w: number(3) }
    ]
    const sums = pipe(a, zipTrees((x: Tensor, y: Tensor) => valueOf(x) + valueOf(y))(b))
    expect(sums).toEqual(E.right({ w: 4, b: 6 }))
  })
  it('refuses trees of another structure with both places', () => {
    const zipped = (a: unknown, b: unknown): unknown => pipe(a, zipTrees(pair)(b), E.mapLeft(Object.values))
    const x = number(1)
    expect(zipped({ a: x, b: x }, { a: x, c: x })).toEqual(
      E.left(['TreeError', 'zipTrees: only the first tree has b, only the second tree has c', 'b', 'c'])
    )
    expect(zipped([x], [x, [x]])).toEqual(
      E.left(['TreeError', 'zipTrees: only the second tree has [1][0]', undefined, '[1][0]'])
    )
    expect(zipped(x, { w: x })).toEqual(
      E.left([
        'TreeError',
        'zipTrees: only the first tree has a leaf at its top, only the second tree has w',
        '',
        'w'
      ])
    )
    expect(zipped({ a: { b: x } }, { 'a.b': x })).toMatchObject({ _tag: 'Left' })
    expect(zipped({ name: 'p' }, { name: 'q' })).toMatchObject({ _tag: 'Left' })
    fc.assert(
      fc.property(trees, trees, (a, b) => {
        const [one, other] = [zipTrees(pair)(b)(a), zipTrees(pair)(a)(b)]
        expect(E.isRight(one)).toBe(E.isRight(other))
        if (E.isLeft(one) && E.isLeft(other))
          expect([one.left.first, one.left.second]).toEqual([other.left.second, other.left.first])
      })
    )
  })
})

describe('changes of trees', () => {
  const message = (tree: unknown): unknown => pipe(evaluate(tree), E.mapLeft(showError))
  const w: Expr<[2], 'f64'> = tensor([1, 2], 'f64')

  it('are the map and the zip where those keep shapes', () => {
    holds((tree) => {
      const doubled = evaluate(modifyTree((x) => mul(2)(x))(tree))
      expect(doubled).toEqual(E.right(mapTree((x: Tensor) => number(2 * valueOf(x) + 0))(tree)))
      const tripled = evaluate(modifyWith((a, b) => add(a)(b))(mapTree(next)(tree))(tree))
      expect(tripled).toEqual(E.right(mapTree((x: Tensor) => number(2 * valueOf(x) + 1))(tree)))
    })
  })
  it('refuse leaves of other shapes and dtypes, with the place', () => {
    expect(message(modifyTree((x) => sum()(x))({ net: [w] }))).toMatchObject({
      left: expect.stringContaining('modifyTree: the result net[0]: expected f64[2], got f64[]') as unknown
    })
    expect(message(modifyTree((x) => reshape([2, 1])(x))([w]))).toMatchObject({ _tag: 'Left' })
  })
  it('refuse trees of another structure, also in compiled programs', () => {
    const wrong = { left: expect.stringContaining('modifyWith: only the first tree has w') as unknown }
    const mean = modifyWith((a, b) => add(a)(b))
    expect(message(mean({ b: w })({ w }))).toMatchObject(wrong)
    const compiled = compile((p: { readonly w: typeof w }) => mean([p.w])(p))({ w })
    expect(E.mapLeft(showError)(compiled)).toMatchObject(wrong)
    const [updates] = stateless((g) => g).update<unknown>({ w }, [], { v: w })
    expect(message(updates)).toMatchObject({
      left: expect.stringContaining(
        'stateless: only the first tree has w, only the second tree has v'
      ) as unknown
    })
  })
  it('a transformation without a state leaves integers where they are', () => {
    const tree = { w, n: tensor([3], 'i32') }
    const [updates, state] = stateless((g, p) => mul(p)(g)).update(tree, [], tree)
    expect(state).toEqual([])
    expect(evaluate(updates)).toEqual(E.right({ w: tensor([1, 4], 'f64'), n: tensor([0], 'i32') }))
  })
})
