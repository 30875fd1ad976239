import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate, key, spec, sum, tanh, tensor, toFlat, type Tensor } from '../../src/index.js'
import { apply, dense, init, prelu, sequential } from '../../src/nn/index.js'
import { applyUpdates } from '../../src/optim/index.js'
import { arbitrary, checkAll, gradientLaw } from '../../laws/index.js'
import { elements } from '../../src/tensor/Tensor.js'
import { leavesOf, locate } from '../../src/tensor/Tree.js'

const places = (tree: unknown): ReadonlyArray<string> =>
  locate(tree).map(({ path, leaf }) => `${path}: ${String(leaf.dtype)}[${String(leaf.shape)}]`)

describe('parameters like others', () => {
  const net = sequential(dense(2, 3), prelu(), dense(3, 1))
  const tree = {
    net: init(net)(key(1)),
    x: spec([2]),
    name: 'net',
    counts: [spec([4], 'i32')]
  } as const

  it('have the same structure and what is no leaf', () => {
    fc.assert(
      fc.property(arbitrary.like(tree), (values) => {
        expect(places(values)).toEqual(places(tree))
        expect(values.name).toBe('net')
        expect(leavesOf(values).every((l) => l._tag === 'Tensor')).toBe(true)
      })
    )
  })

  it('have values of the domain asked for, in every leaf', () => {
    const sample = fc.sample(arbitrary.like(tree.net, { domain: 'positive' }), 50)
    const values = sample.flatMap((params) => leavesOf(params).flatMap((t) => toFlat(t as Tensor)))
    expect(values.every((x) => Number(x) > 0)).toBe(true)
    expect(new Set(values).size).toBeGreaterThan(300)
  })
})

describe('random parameters', () => {
  const trees = fc.sample(arbitrary.parameters({ dtype: 'f32', maxDepth: 3 }), 500)

  it('are nested records, arrays and tensors', () => {
    const paths = trees.flatMap((t) => locate(t).map(({ path }) => path))
    expect(paths).toContain('')
    expect(paths.some((p) => /^\w+\.\w+$/.test(p))).toBe(true)
    expect(paths.some((p) => /^\w+\[\d\]$/.test(p))).toBe(true)
    expect(paths.some((p) => /^\[\d\]\.\w+\[\d\]$/.test(p))).toBe(true)
    expect(trees.some((t) => locate(t).length === 0)).toBe(true)
  })

  it('have the dtype asked for', () => {
    expect(trees.every((t) => leavesOf(t).every((l) => l.dtype === 'f32'))).toBe(true)
  })
})

describe('random layers', () => {
  it('accept their input, whose last axis has the size asked for', () => {
    fc.assert(
      fc.property(arbitrary.layer({ inputSize: 4 }), ({ layer, params, input }) => {
        expect(input.shape.at(-1)).toBe(4)
        const y = evaluate(apply(layer)(params)(input))
        expect(E.isRight(y) && y.right.shape.slice(0, -1)).toEqual(input.shape.slice(0, -1))
        expect(params).toHaveLength(layer.slots)
      })
    )
  })

  it('are of all kinds, nested ones among them', () => {
    const text = fc
      .sample(arbitrary.layer(), 500)
      .map((s) => s.description)
      .join('\n')
    const stages =
      'dense prelu relu leakyRelu binaryStep straightThroughStep linear tanh sigmoid softplus softmax logSoftmax'
    for (const stage of stages.split(' ')) expect(text).toMatch(new RegExp(`\\b${stage}\\b`))
    for (const initializer of ['zeroInitializer', 'glorotNormal', 'heUniform', 'normalInitializer'])
      expect(text).toContain(initializer)
    expect(text).toContain('sequential(sequential(dense')
  })

  it('differ in their parameters', () => {
    const sample = fc.sample(arbitrary.layer({ inputSize: 2 }), 200)
    const weights = sample.flatMap(({ params }) => params.flatMap((slot) => Object.values(slot).map(toFlat)))
    expect(new Set(weights.map(String)).size).toBeGreaterThan(100)
  })

  it('have derivatives everywhere where they are smooth', () => {
    const source = arbitrary.layer({ smooth: true, maxStages: 3 })
    expect(fc.sample(source, 200).some(({ description }) => /relu|Step/i.test(description))).toBe(false)
    for (const { layer, params, input, description } of fc.sample(source, { seed: 3, numRuns: 8 })) {
      const one = gradientLaw({
        name: description,
        f: (p: typeof params) => tanh(sum()(apply(layer)(p)(input))),
        arbitrary: fc.constant(params),
        order: 1,
        numRuns: 1
      })
      expect(checkAll()({ name: '', parents: [], laws: [one] }).map(E.isRight)).toEqual([true])
    }
  })
})

describe('random optimizers', () => {
  const sample = fc.sample(arbitrary.optimizer(), 500)

  it('are of all kinds', () => {
    const text = sample.map((s) => s.description).join('\n')
    for (const part of [
      'gradientDescent({"learningRate":',
      'sgd(',
      '"nesterov":true',
      'rmsprop(',
      'adam(',
      'chain(scaleByLearningRate(',
      'scaleByMomentum(0.',
      'scaleByRms({',
      'scaleByAdam({'
    ])
      expect(text).toContain(part)
    expect(sample.some(({ optimizer }) => optimizer.slots === 4)).toBe(true)
  })

  it('move parameters against the gradient at the first step', () => {
    const [params, gradients] = [{ w: tensor([1, 2]) }, { w: tensor([1, -1]) }]
    for (const { optimizer, description } of sample.slice(0, 100)) {
      const state = optimizer.init(params)
      const [updates, next] = optimizer.update(gradients, state, params)
      const moved = evaluate(applyUpdates(updates)(params))
      expect(next, description).toHaveLength(optimizer.slots)
      const [a = NaN, b = NaN] = E.isRight(moved) ? elements(moved.right.w) : []
      expect(a < 1 && b > 2, description).toBe(true)
    }
  })
})
