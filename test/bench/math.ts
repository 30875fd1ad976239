/** Nanoseconds per element of the vector functions, as calls over 4096 numbers, beside those of Math. */
import { unaryFn } from '../../src/reference/scalar/table.js'
import { math, type UnaryName } from '../../src/wasm/math/index.js'
import { machineFor } from '../wasm/math/run.js'

const count = 4096
const hot = ['exp', 'log', 'tanh', 'logistic', 'expm1', 'log1p', 'softplus', 'erf', 'sin'] as const

const argument = (name: UnaryName, i: number): number =>
  name === 'log' ? 0.1 + (5 * i) / count : name === 'log1p' ? i / count : (10 * i) / count - 5

/** The best of many rounds, in nanoseconds per element. */
const time = (run: () => void): number => {
  for (let i = 0; i < 3000; i++) run()
  const rounds = Array.from({ length: 40 }, () => {
    const start = performance.now()
    for (let i = 0; i < 20; i++) run()
    return performance.now() - start
  })
  return (Math.min(...rounds) * 1e6) / (20 * count)
}

const vectorTime = (name: UnaryName, lanes: 'f32x4' | 'f64x2'): number => {
  const bytes = count * (lanes === 'f32x4' ? 4 : 8)
  const { memory, step } = machineFor(math[lanes][name], bytes)
  const view = lanes === 'f32x4' ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer)
  for (let i = 0; i < count; i++) view[i] = argument(name, i)
  return time(step)
}

const scalarTime = (name: UnaryName): number => {
  const f = unaryFn(name, 'f64')
  const xs = Float64Array.from({ length: count }, (_, i) => argument(name, i))
  const out = new Float64Array(count)
  return time(() => {
    for (let i = 0; i < count; i++) out[i] = f(xs[i]!)
  })
}

const row = (name: UnaryName): Readonly<Record<string, string>> => ({
  'f32x4 ns': vectorTime(name, 'f32x4').toFixed(2),
  'f64x2 ns': vectorTime(name, 'f64x2').toFixed(2),
  'reference ns': scalarTime(name).toFixed(2)
})

console.table(Object.fromEntries(hot.map((name) => [name, row(name)])))
