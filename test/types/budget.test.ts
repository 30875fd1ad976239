import { describe, expect, it } from 'vitest'
import { diagnosticsOf, fixturePath, programOf } from './compiler.js'

const start = `import { pipe } from 'fp-ts/lib/function.js'
import * as A from 'adjoint'
import * as nn from 'adjoint/nn'
import { b, is, scalar, w, x } from './prelude.js'
export type Used = [typeof b, typeof w, typeof x, typeof is, typeof pipe, typeof scalar]
`

const times = (n: number, line: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n')

// Every round has sizes of its own, so that nothing is answered from the checker's cache.
const round = (i: number): string => `export const y${i + 1} = pipe(
  y${i}, A.matmul(A.broadcastTo([${i + 4}, ${i + 5}])(scalar)), A.add(A.broadcastTo([${i + 5}])(scalar)), A.tanh,
  A.reshape([-1]), A.reshape([2, ${i + 5}]), (v) => pipe(v, A.sub(pipe(v, A.mean(-1, { keepDims: true })))))`
const rounds = (n: number): string => `${start}
export const y0 = pipe(x, A.matmul(w), A.add(b))
${times(n, round)}
is<A.Expr<[2, ${n + 4}], 'f32'>>()(y${n}, true)
`

const layers = (n: number): string => `${start}
export const net = nn.sequential(${times(n, (i) => `nn.dense(${i + 1}, ${i + 2}), nn.relu,`)})
export const loss = (p: nn.Params<typeof net>): A.Expr<[], 'f32'> =>
  pipe(A.tensor([1]), nn.apply(net)(p), A.mean())
export const g = A.grad(loss)(nn.init(net)(A.key(0)))
is<A.Expr<[${n + 1}], 'f32'>>()(pipe(A.tensor([1]), nn.apply(net)(g)), true)
`

// Carries and slices of sizes of their own, in trees.
const loops = (n: number): string => `${start}
${times(
  n,
  (i) => `declare const s${i}: A.Expr<[${i + 2}], 'f32'>
type C${i} = { readonly h: A.Expr<[${i + 2}], 'f32'>; readonly k: readonly [typeof scalar, typeof x] }
export const r${i} = A.scan((c: C${i}, v: typeof scalar) => [{ h: pipe(c.h, A.add(v)), k: [v, c.k[1]] }, [v, c]])(
  { h: s${i}, k: [scalar, x] }, s${i})
export const q${i} = A.cond(A.any()(pipe(s${i}, A.lt(0))), (v: typeof s${i}) => ({ v }), (v: typeof s${i}) => ({ v: A.sin(v) }))(s${i})`
)}
`

// Each operation would have a case for every combination of the sizes.
const sizes = times(60, (i) => `| ${i + 1}`)
const unions = `${start}
type Size = ${sizes}
declare const n: Size
declare const m: A.Expr<[Size, Size, Size], 'f32'>
export const results = [
  pipe(m, A.add(m)), pipe(m, A.add(A.ones([7, n]))), pipe(m, A.matmul(m)), pipe(m, A.reshape([n, -1])),
  pipe(m, A.reshape([n, n, n])), A.concat(0)([m, m]), A.einsum('ijk,kjl')(m, m), pipe(m, A.slice([[0, n], [n, 99]])),
  pipe(m, A.broadcastTo([99, n, n, n])), pipe(m, nn.meanSquaredError(A.ones([99, n, n]))), nn.sequential(nn.dense(n, n), nn.dense(9, n))
]
`

// The names are free in each program, so one path serves all; what the libraries cost is counted in each.
const cost = (code: string): { readonly errors: ReadonlyArray<unknown>; readonly instantiations: number } => {
  const path = fixturePath('budget')
  const program = programOf(new Map([[path, code]]))
  const errors = diagnosticsOf(program, path)
  return { errors, instantiations: program.getInstantiationCount() }
}

describe('type instantiation budgets', () => {
  const base = cost(start).instantiations
  it.each([
    ['200 chained operations', rounds(22), 150_000],
    ['a sequential of 50 layers, with grad', layers(25), 30_000],
    ['a sequential of 400 layers, with grad', layers(200), 300_000],
    ['50 loops and branches', loops(50), 150_000],
    ['sizes of 60 literals', unions, 30_000]
  ])('%s', (_, code, budget) => {
    const { errors, instantiations } = cost(code)
    expect(errors).toEqual([])
    expect(instantiations - base).toBeGreaterThan(1000)
    expect(instantiations - base).toBeLessThan(budget)
  })
})
