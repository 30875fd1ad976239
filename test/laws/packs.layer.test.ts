import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { arbitrary, layerLaws, type LayerSource } from '../../laws/index.js'
import * as A from '../../src/index.js'
import * as nn from '../../src/nn/index.js'
import type { CustomRule, Expr, Key } from '../../src/index.js'
import type { Layer, Stage } from '../../src/nn/index.js'
import type { SameFn } from '../../src/shape.js'
import { elements, isTensor } from '../../src/tensor/Tensor.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { broken, firstFailure } from './broken.js'

type Net = Layer<unknown, ReadonlyArray<unknown>>
type P = { readonly w: Expr }

const examples = arbitrary.tensor({ shape: [3], dtype: 'f32' })

/** `x + w`, changed in one way or another. */
const shift = (
  run: (w: Expr, x: Expr) => Expr = (w, x) => A.add(w)(x),
  init: (k: Key) => [P, Key] = (k) => {
    const [now, later] = A.nextKey(k)
    return [{ w: A.normal([3])(now) }, later]
  }
): Net =>
  nn.layer<SameFn>()(
    'shift',
    init,
    ({ w }: P) =>
      (x) =>
        run(w, x)
  )

const laws = (source: Partial<LayerSource> & { readonly layer: Net }) =>
  layerLaws({ arbitrary: examples, numRuns: 10, order: 1, ...source })

const chain = (...stages: ReadonlyArray<Stage>): Net => nn.sequential(...stages)

const slotsOf = (stage: Stage | undefined): number =>
  stage === undefined || typeof stage === 'function' ? 0 : stage.slots

const scaled = (by: number, x: Expr): Expr => A.mul(by)(x)

/** A sequence whose parameters go to other slots than their own. */
const misrouted = (...stages: ReadonlyArray<Stage>): Net => {
  const net = chain(...stages)
  return {
    ...net,
    run: (params) => net.run(stages.length === 3 && params.length === 3 ? [...params].reverse() : params)
  }
}

/** The derivative of a sine that is the sine. */
const sine: CustomRule = {
  name: 'sine',
  results: ([x]) => (x === undefined ? E.left('takes one operand') : E.right([x])),
  reference: ([x]) =>
    x === undefined
      ? []
      : [
          fromValues(
            x.shape,
            x.dtype,
            Array.from(elements(x), (v) => Math.sin(v))
          )
        ],
  derivative: (_, [y]) => [y === undefined ? [] : [A.scaling(y)]]
}

const sineOf = (x: Expr): Expr => {
  const [y] = A.primitive(sine)(x)
  return y ?? x
}

describe('planted faults', () => {
  it('none', () => {
    expect(broken(laws({ layer: shift() }))).toEqual([])
  })

  it.each<readonly [string, Partial<LayerSource> & { readonly layer: Net }, ReadonlyArray<string>]>([
    [
      'an empty sequence that does something',
      {
        layer: shift(),
        compose: (...stages) => (stages.length === 0 ? chain((x: Expr) => scaled(2, x)) : chain(...stages))
      },
      ['identity']
    ],
    [
      'a sequence that depends on brackets',
      {
        layer: shift(),
        compose: (...stages) =>
          stages.length === 2 && slotsOf(stages[0]) === 2
            ? chain(...stages, (x: Expr) => scaled(2, x))
            : chain(...stages)
      },
      ['associativity']
    ],
    [
      'slots that are mixed up',
      { layer: shift(), compose: misrouted },
      ['associativity', 'reparametrisation']
    ],
    [
      'parameters whose values are looked at',
      { layer: shift((w, x) => (isTensor(w) ? A.add(w)(x) : A.add(w)(scaled(2, x)))) },
      ['reparametrisation']
    ],
    [
      'a result of another shape than declared',
      { layer: shift((w, x) => ({ ...A.add(w)(x), shape: [1, 3] })) },
      ['shape', 'gradient']
    ],
    [
      'the same parameters for all keys',
      { layer: shift(undefined, (k) => [{ w: A.ones([3]) }, k]) },
      ['initialisation']
    ],
    [
      'parameters that depend on the key, where none should',
      { layer: shift(), initial: 'constant' },
      ['initialisation']
    ],
    [
      'a key that is used twice',
      { layer: shift(undefined, (k) => [{ w: A.normal([3])(k) }, k]) },
      ['initialisation']
    ],
    [
      'slots that are not there, which sequences count',
      { layer: { ...shift(), slots: 2 } },
      ['reparametrisation', 'initialisation']
    ],
    [
      'an example that is told from a batch',
      { layer: shift((w, x) => A.add(w)(x._tag === 'Input' ? scaled(2, x) : x)) },
      ['reparametrisation', 'batch']
    ],
    ['a wrong derivative', { layer: shift((w, x) => sineOf(A.add(w)(x))) }, ['gradient']],
    ['examples that it does not take', { layer: nn.dense(4, 2) }, ['shape', 'batch', 'gradient']]
  ])('%s', (_, source, expected) => {
    expect(broken(laws(source))).toEqual(expected)
  })

  it('are reported with example and key', () => {
    const layer = shift(undefined, (k): [P, Key] => [{ w: A.ones([3]) }, k])
    expect(firstFailure(laws({ layer }))).toMatch(
      /^Layer shift: initialisation: parameters of a key = those of its slots, its own fails: the same values for another key\n {2}sample f32\[3\] \[.*\], parameters of key 0\n {2}replay/
    )
  })

  it('name the operation at fault', () => {
    expect(firstFailure(laws({ layer: shift((w, x) => sineOf(A.add(w)(x) as Expr)) }))).toContain(
      'culprit sine'
    )
  })
})
