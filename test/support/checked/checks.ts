/**
 * What checked modules do at every access to memory. Each word has a shadow: the number of the buffer whose element was last written there. A
 * kernel may read words that belong to the buffers that it names, and write where those lie that it names as its own.
 */
import {
  local,
  locals,
  loopWhile,
  sequence,
  when,
  type Func,
  type Local,
  type Locals
} from '../../../src/wasm/encode/control.js'
import { faultAddress } from '../../../src/wasm/compile/emit.js'
import { i32, statement, type Statement, type Value } from '../../../src/wasm/encode/value.js'

/** Where a checked module keeps its own data, behind the memory of the program. */
export interface Places {
  /** The shadow of an address lies so many bytes behind it. */
  readonly shadow: number
  /** The table of the kernel that runs: its address, its rows and the number of the kernel. */
  readonly current: number
  /** What went wrong: how (see `ways`), in which kernel, at which address, with how many bytes. */
  readonly note: number
  readonly tables: number
}

export const placesBehind = (bytes: number): Places => ({
  shadow: bytes,
  current: 2 * bytes,
  note: 2 * bytes + 16,
  tables: 2 * bytes + 64
})

/** A buffer that a kernel names: where it lies, with the rest of its last vector, whose it is, and whether the kernel makes it and reads it. */
export interface Row {
  readonly from: number
  readonly to: number
  readonly padded: number
  readonly owner: number
  readonly made: boolean
  readonly read: boolean
}

export const rowBytes = 24
export const wordsOf = ({ from, to, padded, owner, made, read }: Row): ReadonlyArray<number> => [
  from,
  to,
  padded,
  owner,
  made ? 1 : 0,
  read ? 1 : 0
]

export const ways = ['', 'reads', 'writes', 'copies'] as const

const back = statement(0x0f)
const trap = statement(0x00)
const at = (base: Value<'i32'>, offset = 0): Value<'i32'> => i32.load({ base, offset })
const zero = i32.const(0)

const noted = (
  { note, current }: Places,
  way: number,
  where: Local<'i32'>,
  bytes: Value<'i32'>
): Statement => {
  const put = (offset: number, x: Value<'i32'>): Statement =>
    i32.store({ base: zero, offset: note + offset }, x)
  return sequence(
    put(0, i32.const(way)),
    put(4, at(zero, current + 8)),
    put(8, where.get),
    put(12, bytes),
    trap
  )
}

const fresh = (scope: Locals, count: number): ReadonlyArray<Local<'i32'>> =>
  Array.from({ length: count }, () => scope.add('i32'))

/** Looks through the rows of the kernel's table; `look` leaves the function where a row answers. */
const eachRow = (p: Places, row: Local<'i32'>, last: Local<'i32'>, look: Statement): Statement =>
  sequence(
    row.set(at(zero, p.current)),
    last.set(i32.add(row.get, i32.mul(at(zero, p.current + 4), i32.const(rowBytes)))),
    loopWhile(i32.ltU(row.get, last.get), sequence(look, row.set(i32.add(row.get, i32.const(rowBytes)))))
  )

const least = (a: Value<'i32'>, b: Local<'i32'>): Statement => when(i32.ltU(a, b.get), b.set(a))

/**
 * Of a base, an offset and a number of bytes: begins in a buffer whose words are all its own, as far as it reaches. Once something has no answer
 * the run fails in any case, and later kernels may find what has not been written.
 */
const reading = (p: Places): Func => {
  const [base, offset, bytes] = [local('i32', 0), local('i32', 1), local('i32', 2)]
  const scope = locals(['i32', 'i32', 'i32'])
  const [row, last, word, end] = fresh(scope, 4)
  const isOwn = i32.or(
    i32.eq(at(word!.get, p.shadow), at(row!.get, 12)),
    i32.ne(at(zero, faultAddress), zero)
  )
  const inside = sequence(
    word!.set(base.get),
    end!.set(i32.add(base.get, bytes.get)),
    least(at(row!.get, 4), end!),
    loopWhile(i32.and(i32.ltU(word!.get, end!.get), isOwn), word!.set(i32.add(word!.get, i32.const(4)))),
    when(i32.geU(word!.get, end!.get), back)
  )
  const begins = i32.and(i32.geU(base.get, at(row!.get)), i32.ltU(base.get, at(row!.get, 4)))
  const body = sequence(
    base.set(i32.add(base.get, offset.get)),
    eachRow(p, row!, last!, when(i32.and(at(row!.get, 20), begins), inside)),
    noted(p, 1, base, bytes.get)
  )
  return {
    name: 'check read',
    parameters: ['i32', 'i32', 'i32'],
    results: [],
    locals: scope.types(),
    body: body.code
  }
}

/** Of a base, an offset and a number of bytes: stays in a buffer that the kernel makes, and in the rest of its last vector. */
const writing = (p: Places): Func => {
  const [base, offset, bytes] = [local('i32', 0), local('i32', 1), local('i32', 2)]
  const scope = locals(['i32', 'i32', 'i32'])
  const [row, last, word, end] = fresh(scope, 4)
  const mark = sequence(
    i32.store({ base: word!.get, offset: p.shadow }, at(row!.get, 12)),
    word!.set(i32.add(word!.get, i32.const(4)))
  )
  const inside = sequence(
    word!.set(base.get),
    least(at(row!.get, 4), end!),
    loopWhile(i32.ltU(word!.get, end!.get), mark),
    back
  )
  const begins = i32.and(i32.geU(base.get, at(row!.get)), i32.geU(at(row!.get, 8), end!.get))
  const body = sequence(
    base.set(i32.add(base.get, offset.get)),
    eachRow(
      p,
      row!,
      last!,
      sequence(end!.set(i32.add(base.get, bytes.get)), when(i32.and(at(row!.get, 16), begins), inside))
    ),
    noted(p, 2, base, bytes.get)
  )
  return {
    name: 'check write',
    parameters: ['i32', 'i32', 'i32'],
    results: [],
    locals: scope.types(),
    body: body.code
  }
}

/** Of two addresses and a number of bytes: each word goes from the result that it belongs to into the argument which that replaces. */
const copying = (p: Places): Func => {
  const [to, from, bytes] = [local('i32', 0), local('i32', 1), local('i32', 2)]
  const scope = locals(['i32', 'i32', 'i32'])
  const [row, last, found] = fresh(scope, 3)
  const begins = i32.and(i32.geU(to.get, at(row!.get)), i32.ltU(to.get, at(row!.get, 4)))
  const isOwn = i32.eq(at(from.get, p.shadow), at(row!.get, 12))
  const mark = sequence(
    i32.store({ base: to.get, offset: p.shadow }, at(row!.get, 12)),
    found!.set(i32.const(1))
  )
  const on = (x: Local<'i32'>, by: number): Statement => x.set(i32.add(x.get, i32.const(by)))
  const word = sequence(
    found!.set(zero),
    eachRow(p, row!, last!, when(i32.and(begins, isOwn), mark)),
    when(i32.eqz(found!.get), noted(p, 3, to, bytes.get)),
    ...[on(to, 4), on(from, 4), on(bytes, -4)]
  )
  const body = loopWhile(i32.gtS(bytes.get, zero), word)
  return {
    name: 'check copy',
    parameters: ['i32', 'i32', 'i32'],
    results: [],
    locals: scope.types(),
    body: body.code
  }
}

/** Of the address of a table, its rows and a number: these are the kernel's that runs from now on. */
const entering = (p: Places): Func => ({
  name: 'enter',
  parameters: ['i32', 'i32', 'i32'],
  results: [],
  locals: [],
  body: sequence(
    ...[0, 1, 2].map((k) => i32.store({ base: zero, offset: p.current + 4 * k }, local('i32', k).get))
  ).code
})

/** Of an address, the one behind and an owner: what regions leave in their frame is the frame's, whatever there was before. */
const claiming = (p: Places): Func => {
  const [word, end, owner] = [local('i32', 0), local('i32', 1), local('i32', 2)]
  const mark = i32.store({ base: word.get, offset: p.shadow }, owner.get)
  const body = loopWhile(
    i32.ltU(word.get, end.get),
    sequence(mark, word.set(i32.add(word.get, i32.const(4))))
  )
  return { name: 'claim', parameters: ['i32', 'i32', 'i32'], results: [], locals: [], body: body.code }
}

/** In the order in which they are added to a module. All take three numbers and give none. */
export const checksAt = (p: Places): ReadonlyArray<Func> => [
  reading(p),
  writing(p),
  copying(p),
  entering(p),
  claiming(p)
]
