export type { Add, Sub } from './arithmetic.js'
export type { Check, Mutable, Shape, ShapeError, Unsized } from './Shape.js'
export type { Broadcast, BroadcastCheck, BroadcastTo, SameShape } from './broadcast.js'
export type { MatMul, Outer } from './matmul.js'
export type { DropAxis, HasAxis, ReduceShape } from './axes.js'
export type { ExpandDims, OneHotShape, Permute, Prepend, Squeeze, TakeShape, Transpose } from './movement.js'
export type {
  BranchCheck,
  BranchesCheck,
  CarryCheck,
  DecideCheck,
  LengthOf,
  SlicesCheck,
  Stack
} from './control.js'
export type { ConcatShape, StackShape } from './join.js'
export type { ReshapeShape } from './reshape.js'
export type { SliceShape } from './slice.js'
export type { Einsum } from './einsum.js'
export type { ConvFn, ConvShape, ConvTransposeShape, FlatFn, FlatShape, PoolFn, PoolShape } from './window.js'
export type { LiteralDType, LiteralShape, RectangularCheck, ShapeOfLiteral } from './literal.js'
export type { BitsOnly, BoolOnly, DTypeCheck, FloatOnly, IntegerOnly, NumberOnly } from './dtype.js'
export type {
  Apply,
  ArrowFn,
  CheckLayers,
  DenseFn,
  DomainOf,
  ParamsOf,
  SameFn,
  SequenceFn,
  ShapeFn
} from './sequence.js'
