import { compile, matmul, normal, key, evaluate, type Expr, spec } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { program } from '../../src/wasm/index.js'
const n = 512
type M = Expr<[512, 512], 'f32'>
const f = compile((a: M, b: M) => matmul(b)(a), { name: 'wasm', compile: program })(
  spec([512, 512]),
  spec([512, 512])
)
const x = evaluate(normal([512, 512])(key(1)))
if (E.isRight(f) && E.isRight(x)) {
  const ts: number[] = []
  for (let i = 0; i < 60; i++) {
    const t = performance.now()
    f.right(x.right, x.right)
    ts.push(performance.now() - t)
  }
  ts.sort((a, b) => a - b)
  console.log(ts[30], 'ms', (2 * n ** 3) / ts[30]! / 1e6, 'GF/s, best', (2 * n ** 3) / ts[0]! / 1e6)
}
