import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { input } from '../../src/graph/make.js'
import { key } from '../../src/index.js'
import { dense, init, prelu, sequential } from '../../src/nn/index.js'
import { adam, gradientDescent, rmsprop, sgd } from '../../src/optim/index.js'
import { trainState } from '../../src/train/index.js'
import { literalWith } from '../../src/tensor/literals.js'
import { refiller } from '../../src/tensor/refill.js'
import { filled, type Tensor } from '../../src/tensor/Tensor.js'
import {
  isLeaf,
  leavesLike,
  leavesOf,
  locate,
  mapLeaves,
  mismatch,
  offering,
  refill
} from '../../src/tensor/Tree.js'

const t = (n: number): Tensor => filled([n], 'f32', 0)
const paths = (tree: unknown): ReadonlyArray<string> => locate(tree).map((l) => l.path)

const trees: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.nat(3).map(t),
    fc.constantFrom<unknown>('name', true, null, undefined, 7),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('w', 'b', 'w,b', '', 'layers', '0', '__proto__'), tie('tree'), {
      maxKeys: 3
    })
  )
})).tree

describe('trees', () => {
  it('locate names places', () => {
    const tree = {
      layers: [{ w: t(1), b: t(2) }, { w: t(3) }],
      head: [t(4), [t(5)]],
      rate: 0.1,
      name: 'net',
      x: input('x', [], 'f32')
    }
    expect(paths(tree)).toEqual(['layers[0].w', 'layers[0].b', 'layers[1].w', 'head[0]', 'head[1][0]', 'x'])
    expect(paths(t(1))).toEqual([''])
    expect(paths([])).toEqual([])
  })

  it('mapLeaves: identity and composition', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(mapLeaves(tree, (leaf) => leaf)).toEqual(tree)
        const [f, g] = [() => t(2), (leaf: object) => ({ ...leaf, seen: true })]
        expect(mapLeaves(mapLeaves(tree, f), g)).toEqual(mapLeaves(tree, () => g(f())))
      })
    )
  })

  it('refill undoes leavesOf', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(refill(tree, leavesOf(tree))).toEqual(tree)
        const fresh = leavesOf(tree).map((_, k) => t(k))
        const full = refill(tree, fresh)
        expect(leavesOf(full).every((leaf, k) => leaf === fresh[k])).toBe(true)
        expect(paths(full)).toEqual(paths(tree))
      })
    )
  })

  it('refiller is refill for many times', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const build = refiller(tree).part
        for (const n of [5, 6]) {
          const fresh = leavesOf(tree).map((_, k) => t(k + n))
          const [made, expected] = [build({ leaf: (k) => fresh[k] }), refill(tree, fresh)]
          expect(made).toStrictEqual(expected)
          expect(paths(made)).toEqual(paths(expected))
          expect(leavesOf(made).every((leaf, k) => leaf === fresh[k])).toBe(true)
        }
      })
    )
  })

  it('offering offers the leaves of trees of one structure, and stops where one will not do', () => {
    fc.assert(
      fc.property(trees, trees, fc.nat(4), (tree, other, last) => {
        const offer = offering(tree, 10)
        const turned =
          typeof tree !== 'object' || tree === null || Array.isArray(tree) || isLeaf(tree)
            ? tree
            : Object.fromEntries(Object.entries(tree).reverse())
        for (const actual of [turned, other]) {
          const seen: Array<unknown> = []
          const done = offer(actual, (leaf, i) => seen.push(leaf) + 9 === i && isLeaf(leaf))
          if (actual === turned) expect(done).toBe(true)
          if (done) expect([seen, mismatch(tree, actual)]).toEqual([leavesLike(tree, actual), undefined])
        }
        const count = leavesOf(tree).length
        expect(offer(tree, (_, i) => i < 10 + last)).toBe(count <= last)
      })
    )
  })

  it('records of the library are made as literals', () => {
    const optimizers = [
      gradientDescent({ learningRate: 0.1 }),
      sgd({ learningRate: 0.1, momentum: 0.9 }),
      rmsprop({ learningRate: 0.1 }),
      adam({ learningRate: 0.1 })
    ]
    const layers = sequential(dense(2, 3), prelu(), dense(3, 1))
    const params = init(layers)(key(0))
    const records = (tree: unknown): ReadonlyArray<object> =>
      typeof tree !== 'object' || tree === null || isLeaf(tree)
        ? []
        : [...(Array.isArray(tree) ? [] : [tree]), ...Object.values(tree).flatMap(records)]
    for (const r of optimizers.flatMap((o) => records(trainState(o)(params)))) {
      const keys = Object.keys(r)
      const made = literalWith(keys)?.(...keys.map((k) => () => k))({ leaf: () => undefined })
      expect(Object.entries(made ?? {})).toEqual(keys.map((k) => [k, k]))
      expect(made).toBeDefined()
    }
  })

  it('mismatch finds the place', () => {
    const net = { layers: [{ w: t(1) }, { w: t(1) }] }
    expect(mismatch(net, { layers: [{ w: t(2) }, { w: t(2) }] })).toBeUndefined()
    expect(mismatch(net, { layers: [{ w: t(1) }] })).toBe('layers[1].w is missing')
    expect(mismatch(net, { ...net, extra: t(1) })).toBe('extra is not expected')
    expect(mismatch(t(1), {})).toBe('the value is missing')
    expect(mismatch([], t(1))).toBe('the value is not expected')
    fc.assert(fc.property(trees, (tree) => mismatch(tree, tree) === undefined))
  })
})
