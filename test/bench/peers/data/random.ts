/** Seeded numbers, the same on every machine: mulberry32 (Ettinger), and Box and Muller's normal numbers from it. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly uniform: () => number
  /** Of the standard normal distribution; takes two uniform ones. */
  readonly normal: () => number
}

const turn = Math.imul

export const random = (seed: number): Random => {
  let state = seed
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    const once = turn(state ^ (state >>> 15), state | 1)
    const twice = (once + turn(once ^ (once >>> 7), once | 61)) ^ once
    return ((twice ^ (twice >>> 14)) >>> 0) / 2 ** 32
  }
  const normal = (): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    return radius * Math.cos(2 * Math.PI * uniform())
  }
  return { uniform, normal }
}

/** Numbers in [-1, 1). */
export const symmetric = (seed: number, count: number): Float32Array => {
  const { uniform } = random(seed)
  return Float32Array.from({ length: count }, () => 2 * uniform() - 1)
}
