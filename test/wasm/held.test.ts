/** What a program keeps in use besides its own memory. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { add, compile, mul, slice, spec, sum, type Expr } from '../../src/index.js'
import { filled, type Tensor } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

const collect = (): void => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
  gc()
}

const held = (): number => {
  collect()
  return process.memoryUsage().arrayBuffers
}

const size = 2 ** 22
const batchBytes = 4 * size

it('of large batches that are used once, two at most', async () => {
  const step = (s: Expr<[4], 'f32'>, x: Expr<[number], 'f32'>) => [pipeSum(s, x), mul(2)(s)] as const
  const pipeSum = (s: Expr<[4], 'f32'>, x: Expr<[number], 'f32'>) => add(sum()(x))(s)
  const run = unsafeRight(compile(step)(spec([4]), spec([size] as [number])))
  let state: Tensor<[4], 'f32'> = filled([4], 'f32', 0)
  const before = held()
  for (let i = 0; i < 12; i++) {
    state = unsafeRight(run(state, filled([size] as [number], 'f32', i)))[0]
    // Weakly held arrays are let go between tasks.
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  expect(held() - before).toBeLessThan(2.5 * batchBytes)
  expect(state.data[0]).toBe(size * 66)
})

it('not its memory, for a small result', async () => {
  const large = () => {
    const run = unsafeRight(
      compile((x: Expr<[number], 'f32'>) => [slice([[0, 65]])(mul(2)(x)), sum()(x)] as const)(
        spec([size] as [number])
      )
    )
    return unsafeRight(run(filled([size] as [number], 'f32', 1)))[0]
  }
  const before = held()
  const result = large()
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(held() - before).toBeLessThan(batchBytes / 4)
  expect(result.data[64]).toBe(2)
})
