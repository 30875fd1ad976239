/** What is said of something that stands where an expression should. */
import { dtypes } from '../tensor/DType.js'
import { isLeaf, kindOf, type Leaf } from '../tensor/Tree.js'
import type { Aval } from './Expr.js'

const isAval = (u: Leaf): u is Leaf & Aval =>
  Array.isArray(u.shape) && dtypes.some((dtype) => dtype === u.dtype)

/** Why something is no expression, and what to do. */
export const refusal = (u: unknown): string => {
  if (isLeaf(u))
    return u._tag === 'Tensor'
      ? 'a tensor without all its elements is not an expression; read it with tensorCodec'
      : `a ${u._tag} is not an expression; compile a function of it, or give its value`
  const advice = Array.isArray(u) || typeof u === 'number' ? '; make it one with tensor(...)' : ''
  return `${kindOf(u)} is not an expression${advice}`
}

/** The shape and dtype that it claims to have, or those of a number. */
export const likenessOf = (u: unknown): Aval =>
  isLeaf(u) && isAval(u) ? { shape: u.shape, dtype: u.dtype } : { shape: [], dtype: 'f32' }
