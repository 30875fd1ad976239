/** Laws of rematerialisation: what is saved changes what is computed again, and no bit of a value or a derivative. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import type { Value } from '../../src/graph/Expr.js'
import { regionsOf } from '../../src/graph/families.js'
import { topological } from '../../src/graph/fold.js'
import { nodesOf } from '../../src/graph/leaves.js'
import * as A from '../../src/index.js'
import { simplify } from '../../src/rules/simplify.js'
import { numbersOf } from '../support/numbers.js'

type V = A.Expr<[3], 'f64'>
type S = A.Expr<[], 'f64'>

const f = (w: V) => (x: V) => {
  const wave: V = pipe(x, A.mul(w), A.sin, A.named('wave'))
  const swell: V = pipe(wave, A.exp, A.named('swell'))
  return pipe(swell, A.mul(wave), A.tanh)
}

type Save = ReadonlyArray<string>

const loss =
  (save: Save | undefined) =>
  ({ w, x }: { readonly w: V; readonly x: V }): S => {
    const step = save === undefined ? f(w) : A.checkpoint(f(w), { save })
    return pipe(step(step(x)), A.square, A.sum())
  }

const at = { w: A.tensor([0.3, -1.2, 2], 'f64'), x: A.tensor([1, 0.5, -0.7], 'f64') }

const saves: ReadonlyArray<Save> = [[], ['wave'], ['swell'], ['wave', 'swell']]

/** Scalar functions of a kind in a program that runs, those of insides, too. */
const count = (op: string, roots: ReadonlyArray<Value>): number => {
  const nodes = topological(simplify(roots, 'run'))
  const own = nodes.filter((n) => n._tag === 'Unary' && n.op === op).length
  return own + nodes.flatMap(regionsOf).reduce((sum, { results }) => sum + count(op, results), 0)
}

const counted = (op: string, save: Save | undefined): number => count(op, nodesOf(A.grad(loss(save))(at)))

describe.each([A.reference, A.wasm])('on $name', (engine) => {
  it.each(saves)('saving %j %j has the same bits', (...save) => {
    const all = (s: Save | undefined) => {
      const gradient = A.grad(loss(s))
      return [loss(s)(at), gradient(at), A.jvp(loss(s))(at, at), A.jvp(gradient)(at, at)]
    }
    expect(numbersOf(all(save.filter((s) => typeof s === 'string')), engine)).toEqual(
      numbersOf(all(undefined), engine)
    )
  })

  it('has the same bits in batches', () => {
    fc.assert(
      fc.property(fc.constantFrom(...saves), (save) => {
        const batch = A.tensor(
          [
            [1, 0.5, -0.7],
            [2, -1, 0.1]
          ],
          'f64'
        )
        const each = (s: Save | undefined) => A.vmap((x: V) => A.grad(loss(s))({ w: at.w, x }))(batch)
        expect(numbersOf(each(save), engine)).toEqual(numbersOf(each(undefined), engine))
      }),
      { numRuns: 8 }
    )
  })
})

describe('what is saved is not computed again', () => {
  it.each([
    [undefined, 2, 2],
    [[], 4, 4],
    [['wave'], 2, 4],
    [['swell'], 4, 2],
    [['wave', 'swell'], 2, 2]
  ] as const)('%j: %d sines, %d exponentials', (save, sines, exponentials) => {
    expect([counted('sin', save), counted('exp', save)]).toEqual([sines, exponentials])
  })
})

it('names are there in a batch of the function', () => {
  const g = (save: Save | undefined) => (x: A.Expr<[2, 3], 'f64'>) => {
    const each = A.vmap(f(at.w))
    return pipe(x, save === undefined ? each : A.checkpoint(each, { save }), A.sum())
  }
  const x = A.reshape([2, 3])(A.tensor([1, 2, 3, 4, 5, 6], 'f64'))
  const of = (save: Save | undefined) => numbersOf(A.grad(g(save))(x), A.wasm)
  expect(of(['wave'])).toEqual(of(undefined))
})

it('a name that no value has is an error, which lists those that there are', () => {
  const said = (g: (x: V) => V, save: Save) =>
    pipe(
      A.evaluate(A.checkpoint(g, { save })(at.x)),
      E.match(A.showError, () => 'no error')
    )
  expect(said(f(at.w), ['weave'])).toMatch(/^checkpoint: cannot save weave: names there are wave, swell/)
  expect(said(A.sin, ['wave'])).toMatch(/^checkpoint: cannot save wave: no value has a name there/)
})

it('a name does nothing elsewhere', () => {
  const g = (x: V): S => pipe(x, A.exp, A.named('e'), A.sum())
  expect(numbersOf([g(at.x), A.grad(g)(at.x)], A.wasm)).toEqual(
    numbersOf([pipe(at.x, A.exp, A.sum()), A.grad((x: V): S => pipe(x, A.exp, A.sum()))(at.x)], A.wasm)
  )
})
