/** W7: value and gradient of a recurrence over ten thousand steps, with the answer by backpropagation through time in double precision. */
import type { Long } from './model.js'
import { random, symmetric } from './random.js'

export const longSizes = { features: 32, hidden: 64, steps: 10_000 } as const

const { features, hidden, steps } = longSizes
const width = 3 * hidden

/** One layer's sums: `out[j] += sum_i x[i] w[i, first + j]`. */
const through = (x: Float64Array, w: Float32Array, first: number, out: Float64Array): void =>
  x.forEach((v, i) => {
    for (let j = 0; j < out.length; j++) out[j] = out[j]! + v * w[i * width + first + j]!
  })

/** The same backwards: what reaches `x`, and what is added to the derivative of `w`. */
const back = (x: Float64Array, w: Float32Array, first: number, d: Float64Array, dw: Float64Array) =>
  x.map((v, i) =>
    d.reduce((sum, e, j) => {
      const at = i * width + first + j
      dw[at] = dw[at]! + v * e
      return sum + e * w[at]!
    }, 0)
  )

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

type Weights = Pick<Long, 'kernel' | 'recurrent' | 'bias'>

/** What a step computes, kept for the way back. */
const stepped = ({ kernel, recurrent, bias }: Weights, h: Float64Array, x: Float64Array) => {
  const seen = Float64Array.from(bias)
  through(x, kernel, 0, seen)
  const gates = seen.slice(0, 2 * hidden)
  through(h, recurrent, 0, gates)
  const [z, r] = [gates.slice(0, hidden).map(logistic), gates.slice(hidden).map(logistic)]
  const reset = r.map((v, i) => v * h[i]!)
  const inner = seen.slice(2 * hidden)
  through(reset, recurrent, 2 * hidden, inner)
  const n = inner.map(Math.tanh)
  return { h, x, z, r, reset, n, next: z.map((v, i) => v * h[i]! + (1 - v) * n[i]!) }
}

type Step = ReturnType<typeof stepped>

interface Derivatives {
  readonly kernel: Float64Array
  readonly recurrent: Float64Array
  readonly bias: Float64Array
}

const backward = (w: Weights, s: Step, dh: Float64Array, into: Derivatives): Float64Array => {
  const dInner = dh.map((d, i) => d * (1 - s.z[i]!) * (1 - s.n[i]! ** 2))
  const dReset = back(s.reset, w.recurrent, 2 * hidden, dInner, into.recurrent)
  const dz = dh.map((d, i) => d * (s.h[i]! - s.n[i]!) * s.z[i]! * (1 - s.z[i]!))
  const dr = dReset.map((d, i) => d * s.h[i]! * s.r[i]! * (1 - s.r[i]!))
  const gates = Float64Array.from([...dz, ...dr])
  const all = Float64Array.from([...gates, ...dInner])
  const through = back(s.h, w.recurrent, 0, gates, into.recurrent)
  back(s.x, w.kernel, 0, all, into.kernel)
  all.forEach((d, j) => {
    into.bias[j] = into.bias[j]! + d
  })
  return through.map((d, i) => d + dh[i]! * s.z[i]! + dReset[i]! * s.r[i]!)
}

/** The mean over the steps of `sum(h u)`, and its derivatives. */
const answered = (w: Weights, xs: Float32Array, u: Float32Array): readonly [number, Derivatives] => {
  const all: Array<Step> = []
  let [h, value] = [new Float64Array(hidden), 0]
  for (let t = 0; t < steps; t++) {
    const s = stepped(w, h, Float64Array.from(xs.subarray(t * features, (t + 1) * features)))
    h = s.next
    value += h.reduce((sum, v, i) => sum + v * u[i]!, 0) / steps
    all.push(s)
  }
  const into = {
    kernel: new Float64Array(w.kernel.length),
    recurrent: new Float64Array(w.recurrent.length),
    bias: new Float64Array(w.bias.length)
  }
  let dh = new Float64Array(hidden)
  for (const s of all.reverse())
    dh = Float64Array.from(
      backward(
        w,
        s,
        dh.map((d, i) => d + u[i]! / steps),
        into
      )
    )
  return [value, into]
}

const scaled = (r: ReturnType<typeof random>, inputs: number): Float32Array =>
  Float32Array.from({ length: inputs * width }, () => r.normal() / Math.sqrt(inputs))

export const long = (): Long => {
  const r = random(7)
  const w = {
    kernel: scaled(r, features),
    recurrent: scaled(r, hidden),
    bias: Float32Array.from({ length: width }, () => 0.1 * r.normal())
  }
  const [xs, u] = [symmetric(18, steps * features), symmetric(19, hidden)]
  const pick: Long['pick'] = (value, kernel, recurrent, bias) => [
    value,
    ...[0, 100, 6000].map((i) => kernel[i] ?? NaN),
    ...[0, 130, 12000].map((i) => recurrent[i] ?? NaN),
    ...[0, 100, 191].map((i) => bias[i] ?? NaN)
  ]
  const [value, d] = answered(w, xs, u)
  return { kind: 'long', id: 'W7', ...w, xs, u, pick, expected: pick(value, d.kernel, d.recurrent, d.bias) }
}
