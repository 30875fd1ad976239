/**
 * Members that are made when somebody looks at them. They are own accessors of plain records, since whoever looks from outside (structured clones,
 * JSON, comparisons, spreading) asks for own members only and compares prototypes. What they need to know is in private fields of the same record:
 * hosts add those in a few nanoseconds.
 */

type Inspect = (u: unknown, options: object) => string

const inspection = Symbol.for('nodejs.util.inspect.custom')

const printed: PropertyDescriptor & ThisType<object> = {
  value(_depth: number, options: object, inspect: Inspect): string {
    return inspect({ ...this }, options)
  }
}

/** Lets a subclass add private fields to a record that exists already. */
class Existing {
  declare protected readonly itself?: object
  constructor(record: object) {
    return record
  }
  /** For hosts that print accessors by name only: the record is printed as what it looks like to others. */
  static printed(record: object): object {
    return Object.defineProperty(record, inspection, printed)
  }
}

/** Where values come from, by place; it must always answer the same. */
export interface Source<A> {
  readonly read: (place: number) => A
}

/** A value that is asked for once: then its source is let go. */
class Awaited<A> extends Existing {
  #source: Source<A> | undefined
  #value: A | undefined
  readonly #place: number
  constructor(record: object, source: Source<A>, place: number) {
    super(record)
    this.#source = source
    this.#place = place
    this.#value = undefined
  }
  static has(u: object): boolean {
    return #place in u
  }
  static valueIn<A>(u: Awaited<A>): A {
    const source = u.#source
    if (source !== undefined) {
      u.#value = source.read(u.#place)
      u.#source = undefined
    }
    return u.#value!
  }
}

const value: PropertyDescriptor & ThisType<Awaited<unknown>> = {
  enumerable: true,
  get() {
    return Awaited.valueIn(this)
  }
}

/** Adds a member that is read from a source when somebody looks. */
export const awaiting = <A>(record: object, member: string, source: Source<A>, place: number): object => {
  const out = new Awaited(record, source, place)
  Object.defineProperty(out, member, value)
  return Existing.printed(out)
}

/** Whether a member of a record is read from a source, or was. */
export const isAwaiting = (u: object): boolean => Awaited.has(u)

/** Leaves of a tree by position, made when they are asked for. */
export interface Leaves {
  readonly leaf: (i: number) => unknown
}

/** A part of a tree made from the leaves of the whole. */
export type Part = (leaves: Leaves) => unknown

/** A record of a tree, and where its leaves begin among those of the whole. */
export interface Section {
  readonly tree: unknown
  readonly from: number
}

/** What a record was made from. */
export interface Origin {
  readonly leaves: Leaves
  readonly section: Section
}

/** The members of a record that have been made, with what they are made from. */
class Veiled extends Existing {
  readonly #leaves: Leaves
  readonly #section: Section
  #made: Array<unknown> | undefined
  constructor(record: object, leaves: Leaves, section: Section) {
    super(record)
    this.#leaves = leaves
    this.#section = section
    this.#made = undefined
  }
  static originOf(u: object): Origin | undefined {
    return #leaves in u ? { leaves: u.#leaves, section: u.#section } : undefined
  }
  static member(u: Veiled, k: number, part: Part): unknown {
    u.#made ??= []
    return (u.#made[k] ??= part(u.#leaves))
  }
}

/** What a record was made from, if its members are made when somebody looks. */
export const originOf = (u: unknown): Origin | undefined =>
  typeof u === 'object' && u !== null ? Veiled.originOf(u) : undefined

/** A member of a record: its key, and how it is made; of what has no leaves, the value itself. */
export interface Member {
  readonly key: string
  readonly part: Part | undefined
  readonly value: unknown
}

const descriptorOf = ({ part, value }: Member, k: number): PropertyDescriptor & ThisType<Veiled> =>
  part === undefined
    ? { value, enumerable: true }
    : {
        enumerable: true,
        get() {
          return Veiled.member(this, k, part)
        }
      }

/** A record whose members are made when somebody looks. They cannot be replaced: what is handed out stays as it is. */
export const veiled = (section: Section, members: ReadonlyArray<Member>): Part => {
  const keys = members.map(({ key }) => key)
  const descriptors = members.map(descriptorOf)
  return (leaves) => {
    const out = new Veiled({}, leaves, section)
    for (let k = 0; k < keys.length; k++) Object.defineProperty(out, keys[k]!, descriptors[k]!)
    return out
  }
}
