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

export const isContainer = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && !isLeaf(u)

const member = (path: string, key: string, inArray: boolean): string =>
  inArray ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`

/** Rebuilds a tree with each leaf replaced; keys keep their order. */
export const mapLeaves = (tree: unknown, f: (leaf: Leaf) => unknown): unknown => {
  if (isLeaf(tree)) return f(tree)
  if (Array.isArray(tree)) return tree.map((t: unknown) => mapLeaves(t, f))
  if (!isContainer(tree)) return tree
  return Object.fromEntries(Object.entries(tree).map(([k, t]) => [k, mapLeaves(t, f)]))
}

/** The leaves in key order, with their paths. */
export const locate = (tree: unknown, path = ''): ReadonlyArray<Located<Leaf>> => {
  if (isLeaf(tree)) return [{ path, leaf: tree }]
  if (Array.isArray(tree)) return tree.flatMap((t: unknown, i) => locate(t, member(path, String(i), true)))
  return isContainer(tree) ? Object.entries(tree).flatMap(([k, t]) => locate(t, member(path, k, false))) : []
}

/** The leaves in key order. */
export const leavesOf = (tree: unknown): ReadonlyArray<Leaf> => {
  const out: Array<Leaf> = []
  mapLeaves(tree, (leaf) => out.push(leaf))
  return out
}

/** Adds the leaves of `actual` in the order of `expected`; whether the structures agree, and what belongs to them. */
const collect = (expected: unknown, actual: unknown, out: Array<Leaf>): boolean => {
  if (isLeaf(expected)) return isLeaf(actual) && out.push(actual) > 0
  if (!isContainer(expected)) return Object.is(expected, actual)
  if (!isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) return false
  const keys = Object.keys(expected)
  return (
    keys.length === Object.keys(actual).length &&
    keys.every((k) => Object.hasOwn(actual, k) && collect(expected[k], actual[k], out))
  )
}

/** Leaves at other paths in any order, as far as there are any; the slow way, for trees of different structure. */
const byPath = (expected: unknown, actual: unknown): ReadonlyArray<Leaf> => {
  const found = new Map(locate(actual).map(({ path, leaf }) => [path, leaf]))
  return locate(expected).flatMap(({ path }) => found.get(path) ?? [])
}

/**
 * The leaves of a tree in the order of another one that has the same paths: records whose keys come in another order are the same tree.
 */
export const leavesLike = (expected: unknown, actual: unknown): ReadonlyArray<Leaf> => {
  const out: Array<Leaf> = []
  return collect(expected, actual, out) ? out : byPath(expected, actual)
}

/** Puts new leaves, given in the order of `leavesOf`, into the places of the old ones. */
export const refill = (tree: unknown, leaves: ReadonlyArray<unknown>): unknown => {
  let next = 0
  return mapLeaves(tree, () => leaves[next++])
}

/** Offers a leaf with its position; whether it will do. */
type Offer = (leaf: unknown, i: number) => boolean

type Offering = (actual: unknown, offer: Offer) => boolean

const countOf = (tree: object): number => (Array.isArray(tree) ? tree.length : Object.keys(tree).length)

const offeringMembers =
  (keys: ReadonlyArray<string>, parts: ReadonlyArray<Offering>, isList: boolean): Offering =>
  (actual, offer) => {
    if (!isContainer(actual) || Array.isArray(actual) !== isList || countOf(actual) !== keys.length)
      return false
    for (let k = 0; k < keys.length; k++)
      if (!Object.hasOwn(actual, keys[k]!) || !parts[k]!(actual[keys[k]!], offer)) return false
    return true
  }

/**
 * Offers the leaves of a tree that is built like another one, in the order of that one and with positions from `first` on; whether all will do.
 * The structure is looked at once, for many trees; some that would do may be turned down.
 */
export const offering = (expected: unknown, first = 0): Offering => {
  let next = first
  const part = (t: unknown): Offering => {
    if (isLeaf(t)) {
      const i = next++
      return (actual, offer) => offer(actual, i)
    }
    if (!isContainer(t)) return (actual) => Object.is(actual, t)
    const keys = Object.keys(t)
    return offeringMembers(
      keys,
      keys.map((k) => part(t[k])),
      Array.isArray(t)
    )
  }
  return part(expected)
}

/** Records are of no class, in whatever realm they were made. */
export const isRecord = (u: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const classOf = (u: object): string => {
  const maker: unknown = Reflect.get(u, 'constructor')
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'class instance'
}

/** What something is, in a word or two. */
export const kindOf = (u: unknown): string => {
  if (Array.isArray(u)) return `a list of ${String(u.length)}`
  if (typeof u === 'object' && u !== null) return isRecord(u) ? 'a record' : `a ${classOf(u)}`
  return typeof u === 'function' ? 'a function' : typeof u === 'string' ? JSON.stringify(u) : String(u)
}

/** How parts of trees differ that are not both containers of a kind. */
const differ = (expected: unknown, actual: unknown, path: string): string | undefined => {
  if (Object.is(expected, actual) || (isLeaf(expected) && isLeaf(actual))) return undefined
  const [missing] = locate(expected, path)
  const [extra] = locate(actual, path)
  if (missing !== undefined) return `${missing.path || 'the value'} is missing`
  if (extra !== undefined) return `${extra.path || 'the value'} is not expected`
  return `${path || 'the value'}: expected ${kindOf(expected)}, got ${kindOf(actual)}`
}

/** Where two trees differ in structure (not in leaves), or `undefined`. */
export const mismatch = (expected: unknown, actual: unknown, path = ''): string | undefined => {
  const comparable = isContainer(expected) && isContainer(actual)
  if (!comparable || Array.isArray(expected) !== Array.isArray(actual)) return differ(expected, actual, path)
  for (const k of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const here = member(path, k, Array.isArray(expected))
    const [a, b] = [Object.hasOwn(expected, k), Object.hasOwn(actual, k)]
    const odd =
      a && b
        ? mismatch(expected[k], actual[k], here)
        : differ(a ? expected[k] : undefined, b ? actual[k] : undefined, here)
    if (odd !== undefined) return odd
    if (a !== b) return `${here} is ${a ? 'missing' : 'not expected'}`
  }
  return undefined
}
