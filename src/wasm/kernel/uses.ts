/** Which buffers a kernel reads and writes. */
import { worksOf, type Access, type Kernel, type Link, type Nested, type Work } from './kernel.js'

interface Use {
  readonly buffer: number
}

const outside = (links: ReadonlyArray<Link>): ReadonlyArray<Use> => links.map((l) => ({ buffer: l.outside }))

const uses = (buffers: ReadonlyArray<number | undefined>): ReadonlyArray<Use> =>
  buffers.flatMap((buffer) => (buffer === undefined ? [] : [{ buffer }]))

const readsAround = (k: Nested): ReadonlyArray<Use> => {
  switch (k._tag) {
    case 'Loop':
      return [...outside([...k.given, ...k.sliced]), ...uses(k.carried.map((c) => c.first))]
    case 'Repeat':
      return [...outside([...k.given, ...k.asked]), ...uses(k.carried.map((c) => c.first))]
    case 'Branch': {
      const made = new Set(k.results)
      const given = outside(k.alternatives.flatMap((a) => a.given))
      return [...uses([k.index]), ...given.filter(({ buffer }) => !made.has(buffer))]
    }
  }
}

const writesAround = (k: Nested): ReadonlyArray<Use> => {
  switch (k._tag) {
    case 'Loop':
      return uses([
        k.frame,
        ...k.carried.map((c) => c.last),
        ...[...k.kept, ...k.stacked].map((l) => l.outside)
      ])
    case 'Repeat':
      return uses([k.frame, ...k.carried.map((c) => c.last)])
    case 'Branch':
      return uses([k.frame, ...k.results])
  }
}

export const loads = ({ elements }: Work): ReadonlyArray<Access> =>
  elements.flatMap((e) => (e._tag === 'Load' ? [e.access] : []))

const results = ({ stores, reductions }: Work): ReadonlyArray<Access> =>
  [...stores, ...reductions].map((s) => s.access)

export const reads = (k: Kernel): ReadonlyArray<Use> => {
  switch (k._tag) {
    case 'Nest':
    case 'Rows':
      return worksOf(k).flatMap(loads)
    case 'Product':
    case 'Patches':
      return [k.a, k.b, ...loads(k.epilogue)]
    case 'Lookup':
      return [k.x, k.indices]
    case 'Arg':
    case 'Bits':
    case 'Pool':
      return [k.x]
    case 'Foreign':
      return k.operands
    case 'Loop':
    case 'Repeat':
    case 'Branch':
      return readsAround(k)
  }
}

export const writes = (k: Kernel): ReadonlyArray<Use> => {
  switch (k._tag) {
    case 'Nest':
    case 'Rows':
    case 'Product':
    case 'Patches':
      return worksOf(k).flatMap(results)
    case 'Lookup':
    case 'Arg':
    case 'Bits':
    case 'Pool':
      return [k.out]
    case 'Foreign':
      return uses(k.results)
    case 'Loop':
    case 'Repeat':
    case 'Branch':
      return writesAround(k)
  }
}
