/** Encoded data as it comes from disks, networks and strangers: cut, changed, with things missing and things added. */
import * as fc from 'fast-check'

/** Where to hurt, how, and with what. */
export interface Damage {
  readonly at: number
  readonly how: number
  readonly with: unknown
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(10_000),
  how: fc.nat(10_000),
  with: fc.oneof(
    fc.constantFrom<unknown>(null, -1, 0.5, '', 'x', [], {}, true, 2 ** 53, '__proto__', 'NaN'),
    fc.jsonValue({ maxDepth: 1 })
  )
})

type Fields = Readonly<Record<string, unknown>>

const isRecord = (u: unknown): u is Fields => typeof u === 'object' && u !== null && !Array.isArray(u)

const modulo = (k: number, n: number): number => (n === 0 ? 0 : k % n)

/** Not `String`, which calls what a value has under `toString`. */
const printed = (u: unknown): string => (typeof u === 'string' ? u : JSON.stringify(u))

/** A character lost, changed or added, or the rest lost. */
const text = (s: string, { at, how, with: other }: Damage): string => {
  const k = modulo(at, s.length)
  const char = printed(other).slice(0, 1)
  const cuts = [
    s.slice(0, k),
    s.slice(0, k) + s.slice(k + 1),
    s.slice(0, k) + char + s.slice(k + 1),
    s.slice(0, k) + char + s.slice(k)
  ]
  return cuts[how % cuts.length] ?? s
}

const without = (u: Fields, key: string): Fields =>
  Object.fromEntries(Object.entries(u).filter(([k]) => k !== key))

/** Something lost, added or replaced at the top. */
const top = (u: unknown, damage: Damage): unknown => {
  const { at, how, with: other } = damage
  if (typeof u === 'string') return text(u, damage)
  if (typeof u === 'number') return [u + 1, -u, NaN, other][how % 4]
  if (Array.isArray(u)) {
    const entries: ReadonlyArray<unknown> = u
    const k = modulo(at, entries.length)
    return [entries.slice(0, k), [...entries, other], entries.filter((_, i) => i !== k), other][how % 4]
  }
  if (!isRecord(u)) return other
  const key = Object.keys(u)[modulo(at, Object.keys(u).length)] ?? ''
  return [
    without(u, key),
    { ...u, [printed(other)]: other },
    { ...without(u, key), [`${key}_`]: u[key] },
    other
  ][how % 4]
}

/** The places below a value, itself first, as paths of keys. */
const places = (u: unknown): ReadonlyArray<ReadonlyArray<string>> => {
  const below = typeof u === 'object' && u !== null ? Object.entries(u) : []
  return [[], ...below.flatMap(([key, child]) => places(child).map((path) => [key, ...path]))]
}

const change = (u: unknown, path: ReadonlyArray<string>, f: (u: unknown) => unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return f(u)
  if (Array.isArray(u))
    return u.map((child: unknown, i) => (String(i) === key ? change(child, rest, f) : child))
  return isRecord(u) ? { ...u, [key]: change(u[key], rest, f) } : u
}

/** A value with one thing wrong with it, anywhere. */
export const damaged = (u: unknown, damage: Damage): unknown => {
  const all = places(u)
  return change(u, all[damage.at % all.length] ?? [], (child) =>
    top(child, { ...damage, at: Math.floor(damage.at / all.length) })
  )
}
