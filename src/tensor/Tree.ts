/**
 * Parameter trees: records, tuples and arrays, nested to any depth, with tensors or expressions as leaves. What is neither a leaf nor a
 * container (a name, a flag) belongs to the structure and is carried along unchanged.
 *
 * @since 0.1.0
 */

/** A leaf is anything with a shape and a dtype: a tensor, an expression, a description of one. */
export interface Leaf {
  readonly _tag: string
  readonly shape: unknown
  readonly dtype: unknown
}

/** A leaf with its place, as in `layers[0].w`. */
export interface Located<L> {
  readonly path: string
  readonly leaf: L
}

export const isLeaf = (u: unknown): u is Leaf =>
  typeof u === 'object' && u !== null && '_tag' in u && 'shape' in u && 'dtype' in u

const isContainer = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && !isLeaf(u)

const member = (path: string, key: string, inArray: boolean): string =>
  inArray ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`

/** Rebuilds a tree with each leaf replaced; keys keep their order. `f` also receives the leaf's path. */
export const mapLeaves = (tree: unknown, f: (leaf: Leaf, path: string) => unknown, path = ''): unknown => {
  if (isLeaf(tree)) return f(tree, path)
  if (Array.isArray(tree)) return tree.map((t: unknown, i) => mapLeaves(t, f, member(path, String(i), true)))
  if (!isContainer(tree)) return tree
  return Object.fromEntries(
    Object.entries(tree).map(([k, t]) => [k, mapLeaves(t, f, member(path, k, false))])
  )
}

/** The leaves in key order, with their paths. */
export const locate = (tree: unknown): ReadonlyArray<Located<Leaf>> => {
  const out: Array<Located<Leaf>> = []
  mapLeaves(tree, (leaf, path) => out.push({ path, leaf }))
  return out
}

/** The leaves in key order. */
export const leavesOf = (tree: unknown): ReadonlyArray<Leaf> => locate(tree).map((l) => l.leaf)

/**
 * The leaves of a tree in the order of another one that has the same paths: records whose keys come in another order are the same tree.
 */
export const leavesLike = (expected: unknown, actual: unknown): ReadonlyArray<Leaf> => {
  const [order, found] = [locate(expected), locate(actual)]
  if (order.every(({ path }, i) => found[i]?.path === path)) return found.map((l) => l.leaf)
  const byPath = new Map(found.map(({ path, leaf }) => [path, leaf]))
  return order.flatMap(({ path }) => byPath.get(path) ?? [])
}

/** Puts new leaves, given in the order of `leavesOf`, into the places of the old ones. */
export const refill = (tree: unknown, leaves: ReadonlyArray<unknown>): unknown => {
  let next = 0
  return mapLeaves(tree, () => leaves[next++])
}

/** Where two trees differ in structure (not in leaves), or `undefined`. */
export const mismatch = (expected: unknown, actual: unknown): string | undefined => {
  const a = locate(expected).map((l) => l.path)
  const b = locate(actual).map((l) => l.path)
  const [inA, inB] = [new Set(a), new Set(b)]
  const missing = a.find((p) => !inB.has(p))
  const extra = b.find((p) => !inA.has(p))
  return missing !== undefined
    ? `${missing || 'the value'} is missing`
    : extra !== undefined
      ? `${extra || 'the value'} is not expected`
      : undefined
}
