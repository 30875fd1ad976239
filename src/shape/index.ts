export type { Both, Check, Exactly, Is, Items, Message, Rank, Shape, ShapeError, Show } from './Shape.js'
export type { Broadcast, BroadcastTo, SameShape } from './broadcast.js'
export type { MatMul } from './matmul.js'
export type {
  DropAxis,
  ExpandDims,
  HasAxis,
  InsertAxis,
  LeadingAxis,
  OneHotShape,
  Permute,
  Prepend,
  ReduceShape,
  Squeeze,
  Tail,
  TakeShape,
  Transpose
} from './axes.js'
export type { ConcatShape, StackShape } from './join.js'
export type { ReshapeShape } from './reshape.js'
export type { SliceShape } from './slice.js'
export type { Einsum } from './einsum.js'
export type { LiteralShape } from './literal.js'
export type { BoolOnly, DTypeCheck, FloatOnly, IntegerOnly, NumberOnly } from './dtype.js'
export type { Apply, CheckLayers, DenseFn, ParamsOf, SameFn, Sequence, SequenceFn, ShapeFn } from './sequence.js'
