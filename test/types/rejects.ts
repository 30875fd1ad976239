/** Must not compile: what the mistake is, and the code. The diagnostics are kept in a snapshot. */
export const rejects: Readonly<Record<string, string>> = {
  // Elementwise
  'add: sizes differ': 'pipe(x, A.add(b))',
  'add: leading sizes differ': 'pipe(x, A.add(w))',
  'add: middle axis differs': 'pipe(cube, A.add(A.reshape([2, 2, 4])(A.broadcastTo([16])(scalar))))',
  'mul: known size against dynamic batch': 'pipe(batch, A.mul(b))',
  'add: two plain numbers': 'pipe(1, A.add(2))',
  'add: one of several sizes, another axis differs': 'pipe(A.ones([2 as 2 | 3, 3]), A.add(b))',
  'add: f32 and f64': 'pipe(x, A.add(doubles))',
  'add: f32 and i32': 'pipe(x, A.add(matrixOfInts))',
  'add: bool': 'pipe(mask, A.add(mask))',
  'add: a number to bool': 'pipe(mask, A.add(1))',
  'sub: bool from a number': 'pipe(1, A.sub(mask))',
  'lt: dtypes differ': 'pipe(x, A.lt(doubles))',
  'lt: bool': 'pipe(mask, A.lt(mask))',
  'and: floats': 'pipe(x, A.and(x))',
  'pow: integers': 'pipe(ints, A.pow(2))',
  'clip: bool': 'pipe(mask, A.clip(0, 1))',
  'exp: integers': 'A.exp(ints)',
  'neg: bool': 'A.neg(mask)',
  'convert: unknown dtype': "pipe(x, A.convert('f16'))",
  'where: condition is not bool': 'pipe(x, A.where(x, x))',
  'where: branches differ in shape': 'pipe(mask, A.where(x, b))',
  'where: branches differ in dtype': 'pipe(mask, A.where(x, doubles))',
  'where: condition does not broadcast': 'pipe(mask, A.where(b, 0))',
  'broadcastTo: size differs': 'pipe(x, A.broadcastTo([4, 2, 4]))',
  'broadcastTo: rank too small': 'pipe(x, A.broadcastTo([3]))',

  // Contractions
  'matmul: inner dimensions': 'pipe(x, A.matmul(x))',
  'matmul: matrix and vector': 'pipe(x, A.matmul(b))',
  'matmul: vector and matrix': 'pipe(b, A.matmul(w))',
  'matmul: scalar': 'pipe(x, A.matmul(scalar))',
  'matmul: batch axes': 'pipe(cube, A.matmul(A.broadcastTo([3, 4, 5])(scalar)))',
  'matmul: dtypes differ': 'pipe(doubles, A.matmul(w))',
  'matmul: dynamic batch, wrong features': 'pipe(batch, A.matmul(x))',
  'matmul in the middle of a pipe': 'pipe(x, A.matmul(w), A.tanh, A.matmul(w), A.sum())',
  'einsum: label with two sizes': "A.einsum('ij,jk->ik')(x, x)",
  'einsum: too many labels': "A.einsum('ijk,jk->ik')(x, w)",
  'einsum: too few labels': "A.einsum('i,jk->ik')(x, w)",
  'einsum: too few operands': "A.einsum('ij,jk->ik')(x)",
  'einsum: output label unknown': "A.einsum('ij,jk->iz')(x, w)",
  'einsum: output label twice': "A.einsum('ij,jk->ii')(x, w)",
  'einsum: ellipsis': "A.einsum('...j,jk')(x, w)",
  'einsum: not a letter': "A.einsum('i1,1k->ik')(x, w)",

  // Windows
  'conv: channels differ': 'pipe(A.ones([32, 28, 28, 1]), A.conv(kernel))',
  'conv: channels of groups differ': 'pipe(pictures, A.conv(kernel, { groups: 2 }))',
  'conv: kernel too large': 'pipe(A.ones([4, 28, 3]), A.conv(kernel))',
  'conv: kernel too large with dilation': 'pipe(pictures, A.conv(kernel, { dilation: 8 }))',
  'conv: too few axes': 'pipe(A.ones([28, 3]), A.conv(kernel))',
  'conv: kernel without features': 'pipe(pictures, A.conv(b))',
  'conv: dtypes differ': "pipe(pictures, A.convert('f64'), A.conv(kernel))",
  'conv: padding by an unknown word': "pipe(pictures, A.conv(kernel, { padding: 'full' }))",
  'convTranspose: channels differ': 'pipe(images, A.convTranspose(kernel))',
  'maxPool: windows too large': 'pipe(pictures, A.maxPool([29, 2]))',
  'maxPool: too many axes': 'pipe(x, A.maxPool([2, 2]))',
  'avgPool: integers': 'pipe(matrixOfInts, A.avgPool([2]))',
  'sequential: a convolution of other channels':
    'A.sequential(A.convolution(3, 8, [5, 5]), A.convolution(4, 8, [3, 3]))',

  // Reductions
  'sum: axis out of range': 'pipe(x, A.sum(2))',
  'sum: negative axis out of range': 'pipe(x, A.sum(-3))',
  'mean: same axis twice': 'pipe(x, A.mean([1, -1]))',
  'sum: one of several axes out of range': 'pipe(cube, A.sum([0, 3]))',
  'mean: bool': 'pipe(mask, A.mean())',
  'any: numbers': 'pipe(x, A.any())',
  'logSumExp: integers': 'pipe(ints, A.logSumExp())',
  'softmax: axis out of range': 'pipe(x, A.softmax(2))',
  'softmax: integers': 'pipe(ints, A.softmax())',
  'argmax: axis out of range': 'pipe(x, A.argmax(5))',
  'argmax: of a scalar': 'pipe(scalar, A.argmax())',

  // Movement
  'reshape: counts differ': 'pipe(x, A.reshape([4, 2]))',
  'reshape: large counts differ': 'pipe(images, A.reshape([32, 783]))',
  'reshape: -1 does not divide': 'pipe(x, A.reshape([4, -1]))',
  'reshape: two -1': 'pipe(x, A.reshape([-1, -1]))',
  'reshape: negative size': 'pipe(x, A.reshape([-2, -3]))',
  'permute: axis missing': 'pipe(cube, A.permute([1, 0]))',
  'permute: axis twice': 'pipe(cube, A.permute([0, 1, -2]))',
  'permute: axis out of range': 'pipe(cube, A.permute([0, 1, 3]))',
  'squeeze: size is not 1': 'pipe(x, A.squeeze(0))',
  'squeeze: axis out of range': 'pipe(x, A.squeeze(2))',
  'expandDims: axis out of range': 'pipe(x, A.expandDims(4))',
  'slice: stop beyond the size': 'pipe(x, A.slice([[0, 3]]))',
  'slice: stop before start': 'pipe(w, A.slice([[2, 1]]))',
  'slice: too many ranges': 'pipe(b, A.slice([[0, 1], [0, 1]]))',
  'take: indices are not integers': 'pipe(x, A.take(b, 0))',
  'take: axis out of range': 'pipe(x, A.take(ints, 2))',
  'oneHot: of floats': 'pipe(b, A.oneHot(10))',
  'concat: other axes differ': 'A.concat(0)([x, w])',
  'concat: ranks differ': 'A.concat(0)([x, b])',
  'concat: axis out of range': 'A.concat(2)([x, x])',
  'concat: dtypes differ': 'A.concat(0)([x, doubles])',
  'concat: nothing': 'A.concat(0)([])',
  'stack: shapes differ': 'A.stack(0)([x, w])',
  'stack: axis out of range': 'A.stack(3)([x, x])',
  'tensor: ragged rows': 'A.tensor([[1, 2], [3]])',
  'tensor: mixed depth': 'A.tensor([1, [2]])',
  'tensor: rows known only at run time': 'const rows: number[][] = []; A.tensor(rows)',
  'item: of a vector': 'A.item(A.tensor([1, 2]))',
  'uniform: not a key': 'A.uniform([3])(ints)',

  // Losses, transformations, layers
  'loss: shapes differ': 'pipe(x, A.meanSquaredError(w))',
  'loss: would broadcast': 'pipe(x, A.meanSquaredError(A.broadcastTo([2, 1])(scalar)))',
  'loss: dtypes differ': 'pipe(x, A.squaredError(doubles))',
  'loss: integers': 'pipe(ints, A.absoluteError(ints))',
  'loss: labels where probabilities are needed': 'pipe(x, A.crossEntropyFromLogits(ints))',
  'loss: no axis of classes': 'pipe(scalar, A.crossEntropy(scalar))',
  'grad: of a vector function': 'A.grad((p: typeof w) => pipe(x, A.matmul(p), A.sum(0)))',
  'grad: of an integer function': 'A.grad((p: typeof ints) => pipe(p, A.sum()))',
  'grad: result used at another shape': 'const g: typeof x = A.grad((p: typeof w) => A.sum()(p))(w)',
  'jvp: tangent of another shape': 'A.jvp((v: typeof x) => A.tanh(v))(x, w)',
  'vjp: cotangent of another shape': 'A.vjp((v: typeof x) => pipe(v, A.sum(0)))(x)[1](b)',
  'vmap: example has another shape': 'A.vmap((v: typeof b) => A.tanh(v))(x)',
  'vmap: two batch sizes':
    'A.vmap((u: typeof b, v: typeof b) => pipe(u, A.add(v)))(w, A.broadcastTo([2, 4])(scalar))',
  'sequential: layers do not fit': 'A.sequential(A.dense(4, 8), A.relu, A.dense(9, 3))',
  'sequential: nested': 'A.sequential(A.dense(2, 4), A.sequential(A.relu, A.dense(5, 3)))',
  'sequential: first of two mistakes': 'A.sequential(A.dense(1, 2), A.dense(3, 4), A.dense(5, 6))',
  'sequential: input does not fit':
    'const n = A.sequential(A.dense(4, 8)); pipe(x, A.apply(n)(A.init(n)(A.key(0))))',
  'sequential: function of another shape':
    "A.sequential(A.dense(4, 8), (v: A.Expr<[9], 'f32'>) => A.tanh(v))",
  'sequential: layer after a function':
    "A.sequential((v: A.Expr<[8], 'f32'>) => pipe(v, A.reshape([2, 4])), A.dense(8, 3))",
  'sequential: function called too early': 'A.sequential(A.dense(4, 8), A.softmax()(b))',
  'sequential: function not called': 'A.sequential(A.dense(4, 8), A.softmax)',
  'sequential: batch of other features':
    'const n = A.sequential(A.dense(4, 8)); A.vmap(A.forward(n)(A.init(n)(A.key(0))))(x)',
  'sequential: parameters of another network':
    'const n = A.sequential(A.dense(4, 8)); A.apply(n)(A.init(A.dense(4, 9))(A.key(0)))',

  // Compiled functions, training
  'compile: specification of another shape': 'A.compile((v: typeof x) => A.tanh(v))(A.spec([2, 4]))',
  'compile: specification of another dtype': "A.compile((v: typeof x) => A.tanh(v))(A.spec([2, 3], 'f64'))",
  'compile: specification missing': 'A.compile((v: typeof x) => A.tanh(v))()',
  'compile: member missing':
    'A.compile((p: { readonly w: typeof w; readonly b: typeof b }) => p.w)({ w: A.spec([3, 4]) })',
  'compile: tensor of another shape':
    "const run = A.compile((v: typeof b) => A.tanh(v))(A.spec([4])); if (run._tag === 'Right') run.right(A.tensor([1]))",
  'compile: result of another shape':
    "const run = A.compile((v: typeof b) => A.tanh(v))(A.spec([4])); if (run._tag === 'Right') { const y = run.right(A.tensor([1, 2, 3, 4])); if (y._tag === 'Right') A.item(y.right) }",
  'adam: learning rate missing': 'A.adam({})',
  'adam: learning rate is text': "A.adam({ learningRate: '0.1' })",
  'sgd: unknown option': 'A.sgd({ learningRate: 0.1, friction: 0.9 })',
  'trainStep: loss is a vector': 'A.trainStep(A.adam({ learningRate: 0.1 }))((p: typeof b) => A.tanh(p))',
  'trainStep: state of other parameters':
    'const o = A.adam({ learningRate: 0.1 }); A.trainStep(o)((p: typeof w) => A.sum()(p))(A.trainState(o)(b))',
  'trainStep: batch missing':
    'const o = A.adam({ learningRate: 0.1 }); A.trainStep(o)((p: typeof w, v: typeof x) => A.sum()(pipe(v, A.matmul(p))))(A.trainState(o)(w))',
  'trainStep: batch of another shape':
    'const o = A.adam({ learningRate: 0.1 }); A.trainStep(o)((p: typeof w, v: typeof x) => A.sum()(pipe(v, A.matmul(p))))(A.trainState(o)(w), b)',
  'trainStep: not an optimizer': 'A.trainStep(0.1)((p: typeof w) => A.sum()(p))',
  'applyUpdates: updates of other parameters': 'A.applyUpdates(w)(b)',

  // Dimensions of user functions
  'NoInfer: no union of two sizes':
    'const f = <N extends number>(a: A.Expr<[N]>, c: A.Expr<[NoInfer<N>]>) => pipe(a, A.add(c)); f(b, ints)',
  'generic: two sizes that need not agree':
    'const f = <N extends number, M extends number>(a: A.Expr<[N]>, c: A.Expr<[M]>) => pipe(a, A.add(c))',
  'unknown rank where a scalar is needed': "const s: A.Expr<[], 'f32'> = pipe(ranked, A.sum(0))"
}
