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

  'shape: as a list that can be changed': 'export const s: number[] = x.shape',

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
    'nn.sequential(nn.convolution(3, 8, [5, 5]), nn.convolution(4, 8, [3, 3]))',

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
  'loss: shapes differ': 'pipe(x, nn.meanSquaredError(w))',
  'loss: would broadcast': 'pipe(x, nn.meanSquaredError(A.broadcastTo([2, 1])(scalar)))',
  'loss: dtypes differ': 'pipe(x, nn.squaredError(doubles))',
  'loss: integers': 'pipe(ints, nn.absoluteError(ints))',
  'loss: labels where probabilities are needed': 'pipe(x, nn.crossEntropyFromLogits(ints))',
  'loss: no axis of classes': 'pipe(scalar, nn.crossEntropy(scalar))',
  'grad: of a vector function': 'A.grad((p: typeof w) => pipe(x, A.matmul(p), A.sum(0)))',
  'grad: of an integer function': 'A.grad((p: typeof ints) => pipe(p, A.sum()))',
  'grad: result used at another shape': 'const g: typeof x = A.grad((p: typeof w) => A.sum()(p))(w)',
  'jvp: tangent of another shape': 'A.jvp((v: typeof x) => A.tanh(v))(x, w)',
  'vjp: cotangent of another shape': 'A.vjp((v: typeof x) => pipe(v, A.sum(0)))(x)[1](b)',
  'vmap: example has another shape': 'A.vmap((v: typeof b) => A.tanh(v))(x)',
  'vmap: two batch sizes':
    'A.vmap((u: typeof b, v: typeof b) => pipe(u, A.add(v)))(w, A.broadcastTo([2, 4])(scalar))',
  'sequential: layers do not fit': 'nn.sequential(nn.dense(4, 8), nn.relu, nn.dense(9, 3))',
  'sequential: nested': 'nn.sequential(nn.dense(2, 4), nn.sequential(nn.relu, nn.dense(5, 3)))',
  'sequential: first of two mistakes': 'nn.sequential(nn.dense(1, 2), nn.dense(3, 4), nn.dense(5, 6))',
  'sequential: input does not fit':
    'const n = nn.sequential(nn.dense(4, 8)); pipe(x, nn.apply(n)(nn.init(n)(A.key(0))))',
  'sequential: function of another shape':
    "nn.sequential(nn.dense(4, 8), (v: A.Expr<[9], 'f32'>) => A.tanh(v))",
  'sequential: layer after a function':
    "nn.sequential((v: A.Expr<[8], 'f32'>) => pipe(v, A.reshape([2, 4])), nn.dense(8, 3))",
  'sequential: a dense layer for another input':
    'nn.sequential(nn.input([8, 8, 1]), nn.convolution(1, 4, [3, 3]), nn.flatten, nn.dense(143, 10))',
  'forward: an example of another size than the input':
    'const n = nn.sequential(nn.input([4]), nn.relu); nn.forward(n)([])(A.ones([5]))',
  'sequential: function called too early': 'nn.sequential(nn.dense(4, 8), A.softmax()(b))',
  'sequential: function not called': 'nn.sequential(nn.dense(4, 8), A.softmax)',
  'sequential: batch of other features':
    'const n = nn.sequential(nn.dense(4, 8)); A.vmap(nn.forward(n)(nn.init(n)(A.key(0))))(x)',
  'sequential: parameters of another network':
    'const n = nn.sequential(nn.dense(4, 8)); nn.apply(n)(nn.init(nn.dense(4, 9))(A.key(0)))',

  // Loops, branches, calls
  'scan: carry changes its shape':
    'A.scan((c: typeof scalar, s: typeof b) => [pipe(c, A.add(s)), []])(scalar, w)',
  'scan: carry changes its dtype':
    "A.scan((c: typeof scalar, s: typeof scalar) => [A.convert('f64')(c), s])(scalar, b)",
  'scan: a member of the carry changes its shape':
    'A.scan((c: { readonly h: typeof b; readonly n: typeof scalar }, s: typeof scalar) => [{ h: s, n: c.n }, s])({ h: b, n: scalar }, b)',
  'scan: a member of a tuple of carries changes its dtype':
    'A.scan((c: readonly [typeof b, { readonly k: typeof ints }], s: typeof scalar) => [[c[0], { k: x }], s])([b, { k: ints }], b)',
  'scan: a member of the carry is missing':
    'A.scan((c: { readonly h: typeof b; readonly n: typeof scalar }, s: typeof scalar) => [{ h: c.h }, s])({ h: b, n: scalar }, b)',
  'scan: a carry of other members':
    'A.scan((c: { readonly h: typeof b }, s: typeof scalar) => [{ g: c.h }, s])({ h: b }, b)',
  'scan: a member too many': 'A.scan((c: readonly [typeof b], s: typeof scalar) => [[c[0], s], s])([b], b)',
  'scan: a tree where the carry is a leaf': 'A.scan((c: typeof b, s: typeof scalar) => [{ c }, s])(b, b)',
  'scan: the carry alone': 'A.scan((c: typeof b, s: typeof scalar) => c)(b, b)',
  'scan: three results': 'A.scan((c: typeof b, s: typeof scalar) => [c, s, s])(b, b)',
  'scan: first carry of another shape': 'A.scan((c: typeof b, s: typeof scalar) => [c, s])(scalar, b)',
  'scan: slices of another shape': 'A.scan((c: typeof b, s: typeof b) => [c, s])(b, x)',
  'scan: inputs without a leading axis': 'A.scan((c: typeof b, s: typeof scalar) => [c, s])(b, scalar)',
  'scan: inputs missing': 'A.scan((c: typeof b, s: typeof scalar) => [c, s])(b)',
  'scan: inputs of two lengths':
    'A.scan((c: typeof b, s: { readonly p: typeof scalar; readonly q: typeof scalar }) => [c, s.p])(b, { p: b, q: A.ones([5]) })',
  'scan: inputs and a length that differ':
    'A.scan((c: typeof b, s: typeof scalar) => [c, s], { length: 3 })(b, b)',
  'scan: inputs that no slice is looked at of, and a length':
    'A.scan((c: typeof b) => [c, c], { length: 3 })(b, b)',
  'scan: length is text': "A.scan((c: typeof b) => [c, c], { length: '3' })(b)",
  'scan: outputs used at another length':
    'const y: A.Expr<[5], "f32"> = A.scan((c: typeof b, s: typeof scalar) => [c, s])(b, b)[1]',
  'forLoop: carry changes its shape': 'A.forLoop(0, 3, (_, c: typeof b) => A.sum()(c))(b)',
  'forLoop: carry becomes the index': 'A.forLoop(0, 3, (i, c: typeof scalar) => i)(scalar)',
  'forLoop: index is not an integer': 'A.forLoop(0, 3, (i: typeof scalar, c: typeof b) => c)(b)',
  'forLoop: end missing': 'A.forLoop(3, (_: unknown, c: typeof b) => c)(b)',
  'forLoop: limits are expressions': 'A.forLoop(0, scalar, (_, c: typeof b) => c)(b)',
  'forLoop: first carry of another shape': 'A.forLoop(0, 3, (_, c: typeof b) => c)(x)',
  'map: slices of another shape': 'A.map((s: typeof b) => A.tanh(s))(x)',
  'map: of a scalar': 'A.map((s: typeof scalar) => A.tanh(s))(scalar)',
  'map: inputs of two lengths':
    'A.map((s: { readonly p: typeof b; readonly q: typeof scalar }) => s.p)({ p: w, q: b })',
  'map: a list of inputs of two lengths':
    'A.map((s: readonly [typeof scalar, typeof scalar]) => s[0])([b, A.ones([5])])',
  'whileLoop: condition is not bool': 'A.whileLoop((c: typeof scalar) => c, (c: typeof scalar) => c)(scalar)',
  'whileLoop: condition is several': 'A.whileLoop((c: typeof b) => pipe(c, A.lt(1)), (c: typeof b) => c)(b)',
  'whileLoop: carry changes its shape':
    'A.whileLoop((c: typeof scalar) => pipe(c, A.lt(1)), (c: typeof scalar) => b)(scalar)',
  'whileLoop: carry changes its dtype, with a bound':
    "A.whileLoop((c: typeof scalar) => pipe(c, A.lt(1)), (c: typeof scalar) => A.convert('f64')(c), { bound: 3 })(scalar)",
  'whileLoop: bound is text':
    "A.whileLoop((c: typeof mask) => A.any()(c), (c: typeof mask) => c, { bound: '3' })(mask)",
  'whileLoop: bound by another name':
    'A.whileLoop((c: typeof mask) => A.any()(c), (c: typeof mask) => c, { limit: 3 })(mask)',
  'cond: condition is several': 'A.cond(mask, (v: typeof b) => v, (v: typeof b) => v)(b)',
  'cond: condition is a number': 'A.cond(scalar, (v: typeof b) => v, (v: typeof b) => v)(b)',
  'cond: condition is a plain bool': 'A.cond(true, (v: typeof b) => v, (v: typeof b) => v)(b)',
  'cond: branches of different shapes':
    'A.cond(A.any()(mask), (v: typeof b) => v, (v: typeof b) => A.sum()(v))(b)',
  'cond: branches of different dtypes':
    "A.cond(A.any()(mask), (v: typeof b) => v, (v: typeof b) => A.convert('f64')(v))(b)",
  'cond: branches of different structure':
    'A.cond(A.any()(mask), (v: typeof b) => ({ y: v }), (v: typeof b) => ({ z: v }))(b)',
  'cond: a member of the result differs':
    'A.cond(A.any()(mask), (v: typeof b) => ({ y: [v, v] }), (v: typeof b) => ({ y: [v, scalar] }))(b)',
  'cond: argument of another shape': 'A.cond(A.any()(mask), (v: typeof b) => v, (v: typeof b) => v)(x)',
  'cond: argument missing': 'A.cond(A.any()(mask), (v: typeof b) => v, (v: typeof b) => v)()',
  'cond: functions of one argument that does not fit': 'A.cond(A.any()(mask), A.sin, A.cos)(ints)',
  'cond: the result is no constant':
    'A.toNested(A.cond(A.any()(mask), () => A.tensor(1), () => A.tensor(2))())',
  'choose: index is not an integer': 'A.choose(scalar, [(v: typeof b) => v])(b)',
  'choose: index is several': 'A.choose(ints, [(v: typeof b) => v])(b)',
  'choose: index is a plain number': 'A.choose(1, [(v: typeof b) => v])(b)',
  'choose: no branches': "A.choose(A.tensor(1, 'i32'), [])(b)",
  'choose: third branch of another shape':
    "A.choose(A.tensor(1, 'i32'), [(v: typeof b) => v, (v: typeof b) => A.tanh(v), (v: typeof b) => A.sum()(v)])(b)",
  'choose: argument of another shape': "A.choose(A.tensor(1, 'i32'), [(v: typeof b) => v, A.tanh])(x)",
  'checkpoint: argument of another shape': 'A.checkpoint((v: typeof b) => A.tanh(v))(x)',
  'checkpoint: argument missing': 'A.checkpoint((v: typeof b) => A.tanh(v))()',
  'customJvp: tangent of another shape': 'A.customJvp((v: typeof b) => A.tanh(v), ([v], [t]) => A.sum()(t))',
  'customVjp: cotangent of another shape':
    'A.customVjp((v: typeof b) => A.sum()(v), (v) => [A.sum()(v), []], (_, c) => [c])',
  'customVjp: cotangent of an argument missing':
    'A.customVjp((v: typeof b, u: typeof b) => pipe(v, A.add(u)), (v, u) => [pipe(v, A.add(u)), []], (_, c) => [c])',

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
  'adam: learning rate missing': 'optim.adam({})',
  'adam: learning rate is text': "optim.adam({ learningRate: '0.1' })",
  'sgd: unknown option': 'optim.sgd({ learningRate: 0.1, friction: 0.9 })',
  'trainStep: loss is a vector':
    'train.trainStep(optim.adam({ learningRate: 0.1 }))((p: typeof b) => A.tanh(p))',
  'trainStep: state of other parameters':
    'const o = optim.adam({ learningRate: 0.1 }); train.trainStep(o)((p: typeof w) => A.sum()(p))(train.trainState(o)(b))',
  'trainStep: batch missing':
    'const o = optim.adam({ learningRate: 0.1 }); train.trainStep(o)((p: typeof w, v: typeof x) => A.sum()(pipe(v, A.matmul(p))))(train.trainState(o)(w))',
  'trainStep: batch of another shape':
    'const o = optim.adam({ learningRate: 0.1 }); train.trainStep(o)((p: typeof w, v: typeof x) => A.sum()(pipe(v, A.matmul(p))))(train.trainState(o)(w), b)',
  'trainStep: not an optimizer': 'train.trainStep(0.1)((p: typeof w) => A.sum()(p))',
  'applyUpdates: updates of other parameters': 'optim.applyUpdates(w)(b)',

  // Dimensions of user functions
  'NoInfer: no union of two sizes':
    'const f = <N extends number>(a: A.Expr<[N]>, c: A.Expr<[NoInfer<N>]>) => pipe(a, A.add(c)); f(b, ints)',
  'generic: two sizes that need not agree':
    'const f = <N extends number, M extends number>(a: A.Expr<[N]>, c: A.Expr<[M]>) => pipe(a, A.add(c))',
  'unknown rank where a scalar is needed': "const s: A.Expr<[], 'f32'> = pipe(ranked, A.sum(0))"
}
