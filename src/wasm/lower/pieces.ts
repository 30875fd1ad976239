/**
 * Domains in pieces. A padded value is its operand in one block of its domain and a number everywhere else; a kernel over a piece that lies in the
 * block, or outside of it, reads the one or the other, and padding needs no pass of its own.
 */
import type { Pad } from '../../graph/Expr.js'
import { dim, size, type Dims } from '../../tensor/dims.js'

/** Part of a domain. */
export interface Block {
  readonly start: Dims
  readonly shape: Dims
}

/** A block all of which lies in some blocks, and outside of the others. */
export interface Piece<B> extends Block {
  readonly inside: ReadonlyArray<B>
}

/** Where a padded value has the elements of its operand; `undefined` if there are gaps between them. */
export const blockOf = (n: Pad): Block | undefined =>
  n.interior.every((k) => k === 0) ? { start: n.low, shape: n.x.shape } : undefined

const cut = <B extends Block>(piece: Piece<B>, whole: number): ReadonlyArray<Piece<B>> => {
  const axis = piece.start.length
  const ends = ({ start, shape }: Block): Dims => [dim(start, axis), dim(start, axis) + dim(shape, axis)]
  const cuts = [...new Set([0, whole, ...piece.inside.flatMap(ends)])].sort((a, b) => a - b)
  return cuts.slice(1).map((end, i) => ({
    start: [...piece.start, dim(cuts, i)],
    shape: [...piece.shape, end - dim(cuts, i)],
    inside: piece.inside.filter((b) => dim(ends(b), 0) <= dim(cuts, i) && end <= dim(ends(b), 1))
  }))
}

/** A domain cut, axis by axis, where the blocks that a piece is still in begin and end; an empty one is one piece. */
export const piecesOf = <B extends Block>(domain: Dims, blocks: ReadonlyArray<B>): ReadonlyArray<Piece<B>> =>
  domain.includes(0)
    ? [{ start: domain.map(() => 0), shape: domain, inside: [] }]
    : domain.reduce<ReadonlyArray<Piece<B>>>(
        (pieces, whole) => pieces.flatMap((p) => cut(p, whole)),
        [{ start: [], shape: [], inside: blocks }]
      )

/** How many neighbours a block of a domain has in a row: along its last axes, as far as it is as wide as the domain. */
export const runOf = (domain: Dims, { shape }: Block): number => {
  const partial = shape.reduce((last, d, axis) => (d === dim(domain, axis) ? last : axis), 0)
  return size(shape.slice(partial))
}
