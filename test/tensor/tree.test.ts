import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { input } from '../../src/graph/build/index.js'
import { filled, type Tensor } from '../../src/tensor/Tensor.js'
import { leavesOf, locate, mapLeaves, mismatch, refill } from '../../src/tensor/Tree.js'

const t = (n: number): Tensor => filled([n], 'f32', 0)
const paths = (tree: unknown): ReadonlyArray<string> => locate(tree).map((l) => l.path)

const trees: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.nat(3).map(t),
    fc.constantFrom<unknown>('name', true, null, undefined, 7),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('w', 'b', 'layers', '0', '__proto__'), tie('tree'), { maxKeys: 3 })
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
