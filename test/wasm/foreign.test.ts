/** Users' primitives between the kernels of a module: in loops, in training steps, and when they do not keep their word. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  compile,
  primitive,
  explain,
  grad,
  mul,
  reference,
  scaling,
  scan,
  showExplanation,
  spec,
  square,
  sum,
  tensor,
  toFlat,
  type CustomRule,
  type Expr,
  type RunError,
  type Tensor
} from '../../src/index.js'
import { typed } from '../../src/graph/terms.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { messageOf, unsafeRight } from '../support/outcome.js'

type Three = Expr<[3], 'f32'>

/** The cube of each element, and the derivative in terms of operations of the library. */
const cube: CustomRule = {
  name: 'cube',
  results: ([x]) => (x === undefined ? E.left('takes one operand') : E.right([x])),
  reference: (xs) =>
    xs.map((x) =>
      own(
        x.shape,
        x.dtype,
        Float32Array.from(elements(x), (v) => v ** 3)
      )
    ),
  derivative: ([x]) => [x === undefined ? [] : [scaling(mul(3)(square(typed<Three>(x))))]]
}

const cubed = (x: Three): Three => typed<Three>(primitive(cube)(x)[0] ?? x)

const loss = (x: Three): Expr<[], 'f32'> =>
  pipe(scan((c: Three, _: Expr<[], 'f32'>) => [mul(0.5)(cubed(c)), sum()(c)])(x, tensor([0, 0]))[0], sum())

/** A step of a state, of which one part is written over the argument before the primitive is asked for the other. */
const moved = (f: CustomRule) => (x: Three, y: Three) => {
  const next = mul(2)(x)
  return [next, mul(0.01)(typed<Three>(primitive(f)(mul(next)(y))[0] ?? y))] as const
}

type State = readonly [Tensor<[3], 'f32'>, Tensor<[3], 'f32'>]
type Step = (x: State[0], y: State[1]) => E.Either<RunError, State>

const start: State = [tensor([1, -2, 0.5]), tensor([1, 0.5, 2])]

const numbers = (state: State) => state.map((t) => toFlat(t))

/** A state so many steps on. */
const after = (step: Step, steps: number) =>
  numbers(Array.from({ length: steps }).reduce<State>((s) => unsafeRight(step(...s)), start))

describe('primitives of users in WebAssembly', () => {
  it('may end in an exception, after which every state is what it was', () => {
    let calls = 0
    const seldom: CustomRule = {
      ...cube,
      reference: (xs) => {
        calls++
        if (calls === 3) throw new Error('out of luck')
        return cube.reference(xs)
      }
    }
    const [step, wanted] = [compile(moved(seldom)), compile(moved(cube), reference)].map((f) =>
      unsafeRight(f(spec([3]), spec([3])))
    ) as [Step, Step]
    const [once, twice, thrice] = [1, 2, 3].map((n) => after(wanted, n))
    const first = unsafeRight(step(...start))
    const second = unsafeRight(step(...first))
    expect(() => step(...second)).toThrow('out of luck')
    // What is in memory is read before older states have it computed again.
    expect(numbers(unsafeRight(step(...second)))).toEqual(thrice)
    expect([first, second].map(numbers)).toEqual([once, twice])
  })

  it('come to what they come to on the reference engine, in loops and derivatives', () => {
    const [found, wanted] = [compile(grad(loss)), compile(grad(loss), reference)].map((f) =>
      pipe(unsafeRight(f(spec([3])))(tensor([1, -2, 0.5])), unsafeRight, toFlat)
    )
    expect(found).toEqual(wanted)
  })

  it('are listed as what they are', () => {
    const text = showExplanation(unsafeRight(explain(loss)(spec([3]))))
    expect(text).toMatch(/0\.\d+ +cube in JavaScript +\[\] +carry/)
  })

  it('that break their word are errors, which a loop stops at', () => {
    let calls = 0
    const short: CustomRule = {
      ...cube,
      reference: (xs) => {
        calls++
        return xs.map(() => own([2], 'f32', new Float32Array(2)))
      }
    }
    const f = (x: Three) =>
      scan((c: Three, _: Expr<[], 'f32'>) => [typed<Three>(primitive(short)(c)[0] ?? c), []])(
        x,
        tensor([0, 0, 0])
      )[0]
    const run = unsafeRight(compile(f)(spec([3])))
    expect(messageOf(run(tensor([1, 2, 3])))).toMatch(/^cube: result 0 does not have the shape/)
    expect(calls).toBe(1)
  })
})
