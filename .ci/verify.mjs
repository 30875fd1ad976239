// A user's own model and a wrong primitive, checked with the packed package: the first in under a second, the second found by name.
import { deepStrictEqual, ok } from 'node:assert'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as A from 'adjoint'
import * as nn from 'adjoint/nn'
import { arbitrary, customLaws, checkAll, gradientLaw } from 'adjoint/laws'

const net = nn.sequential(nn.dense(8, 16), nn.relu, nn.dense(16, 3))
const rows = A.normal([4, 8])(A.key(2))
const classes = A.oneHot(3)(A.tensor([0, 1, 2, 1], 'i32'))
const loss = (p) => pipe(A.vmap(nn.forward(net)(p))(rows), nn.crossEntropyFromLogits(classes), A.mean())
const model = gradientLaw({
  name: 'a model',
  f: loss,
  arbitrary: arbitrary.like(nn.init(net)(A.key(0)))
})

const start = performance.now()
const result = model.check()
const milliseconds = performance.now() - start
ok(E.isRight(result), JSON.stringify(result))
console.log(`a model of 195 parameters: ${result.right.runs} runs in ${milliseconds.toFixed(0)} ms`)

const cube = {
  name: 'cube',
  results: ([t]) => (t === undefined ? E.left('takes one operand') : E.right([t])),
  reference: ([t]) => [
    pipe(
      A.fromFlat(t.shape, t.dtype)(A.toFlat(t).map((v) => v ** 3)),
      E.getOrElse(() => t)
    )
  ],
  derivative: ([t]) => [[A.scaling(A.mul(2)(A.square(t)))]]
}
const wrong = gradientLaw({
  name: 'a model with a wrong primitive',
  f: (p) => pipe(p.a, A.mul(p.b), (y) => A.primitive(cube)(y)[0], A.tanh, A.sum()),
  arbitrary: arbitrary.like({ a: A.tensor([1, 2]), b: A.tensor([3, 4]) })
}).check()
ok(E.isLeft(wrong))
deepStrictEqual(wrong.left.culprit?.operation, 'cube')

const pack = checkAll({ numRuns: 20 })(
  customLaws({
    rule: cube,
    arbitrary: arbitrary.tensor({ shape: [2], dtype: 'f64', domain: 'positive' }).map((t) => [t])
  })
)
ok(pack.some(E.isLeft))
