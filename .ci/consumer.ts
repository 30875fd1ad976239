import * as adjoint from 'adjoint'
import * as codec from 'adjoint/codec'
import * as data from 'adjoint/data'
import * as exported from 'adjoint/export'
import * as laws from 'adjoint/laws'
import * as nn from 'adjoint/nn'
import * as optim from 'adjoint/optim'
import * as train from 'adjoint/train'
import * as tree from 'adjoint/tree'
import type { ReduceShape } from 'adjoint/shape'

const entries = { adjoint, codec, data, exported, laws, nn, optim, train, tree }
for (const [name, entry] of Object.entries(entries)) {
  if (Object.keys(entry).length === 0) throw new Error(`${name} exports nothing`)
}
const rows: ReduceShape<[2, 3], 1, false, 'sum'> = [2]
if (rows.length !== 1) throw new Error('a row has one size')
// All entries are parts of one library: what one makes, the others take.
if (!adjoint.print(nn.relu(adjoint.tensor([-1, 2]))).includes('f32[2]')) throw new Error('two libraries')
