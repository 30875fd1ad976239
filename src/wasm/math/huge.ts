/**
 * Reduction of huge angles by pi/2 (Payne and Hanek 1983), one angle at a time, in integers: of 2/pi only those bits
 * are multiplied that contribute neither whole turns nor less than 2^-120.
 */
import { f64x2, i64x2, v128 } from '../encode/simd.js'
import { f64, i32, i64, type Value } from '../encode/value.js'
import { choose, unary, type Body } from './body.js'
import { orderedSum, product, type Pair } from './double.js'
import { lanesOf, type Vector } from './lanes.js'

const L = lanesOf.f64x2

/** 64 zeros, then the bits of 2/pi behind the point. */
const twoOverPi: ReadonlyArray<bigint> = [
  0x0000000000000000n,
  0xa2f9836e4e441529n,
  0xfc2757d1f534ddc0n,
  0xdb6295993c439041n,
  0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n,
  0x06492eea09d1921cn,
  0xfe1deb1cb129a73en,
  0xe88235f52ebb4484n,
  0xe99c7026b45f7e41n,
  0x3991d639835339f4n,
  0x9c845f8bbdf9283bn,
  0x1ff897ffde05980fn,
  0xef2f118b5a0a6d1fn,
  0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn,
  0x7527bac7ebe5f17bn,
  0x3d0739f78a5292ean,
  0x6bfb5fb11f8d5d08n,
  0x56033046fc7b6babn
]

type Word = Value<'i64'>

const c = (n: number): Word => i64.const(BigInt(n))

/** The word whose number is in x. */
export const wordOfTwoOverPi = unary('f64x2.wordOfTwoOverPi', (b, x) => {
  const found = b.variable(i64x2.const(0n))
  twoOverPi.forEach((word, i) => {
    b.run(found.set(choose(i64x2.eq(x, i64x2.const(BigInt(i))), i64x2.const(word), found.get)))
  })
  return found.get
})

/** 64 bits of 2/pi, `number` words after bit `first`. */
const bitsFrom = (b: Body, first: Word, number: number): Word => {
  const index = b.keep(i64.add(i64.shrU(first, c(6)), c(number)))
  const word = (i: Word): Word => i64x2.extract(b.call('f64x2.wordOfTwoOverPi', i64x2.splat(i)), 0)
  const shift = b.keep(i64.and(first, c(63)))
  const low = i64.shrU(i64.shrU(word(i64.add(index, c(1))), c(1)), i64.xor(shift, c(63)))
  return b.keep(i64.or(i64.shl(word(index), shift), low))
}

const low32 = (x: Word): Word => i64.and(x, i64.const(0xffffffffn))
const high32 = (x: Word): Word => i64.shrU(x, c(32))

/** The upper half of the product of two words. */
const highProduct = (b: Body, x: Word, y: Word): Word => {
  const bottom = b.keep(i64.mul(low32(x), low32(y)))
  const cross = b.keep(i64.add(i64.mul(high32(x), low32(y)), high32(bottom)))
  const other = b.keep(i64.add(i64.mul(low32(x), high32(y)), low32(cross)))
  return i64.add(i64.mul(high32(x), high32(y)), i64.add(high32(cross), high32(other)))
}

interface Turns {
  /** Quarter turns, and the fraction of one that is left, as 128 bits. */
  readonly quarters: Word
  readonly first: Word
  readonly second: Word
}

/** `x 2 / pi` modulo 4, x = significand 2^(exponent - 1075). */
const turns = (b: Body, x: Word): Turns => {
  const exponent = i64.and(i64.shrU(x, c(52)), c(0x7ff))
  const from = b.keep(i64.sub(exponent, c(1013)))
  const significand = b.keep(i64.or(i64.and(x, i64.const((1n << 52n) - 1n)), i64.const(1n << 52n)))
  const [w0, w1, w2] = [bitsFrom(b, from, 0), bitsFrom(b, from, 1), bitsFrom(b, from, 2)]
  const middle = b.keep(i64.mul(significand, w1))
  const low = b.keep(i64.add(middle, highProduct(b, significand, w2)))
  const carry = i64.extendI32U(i64.ltU(low, middle))
  const high = b.keep(i64.add(i64.add(i64.mul(significand, w0), highProduct(b, significand, w1)), carry))
  const first = b.keep(i64.or(i64.shl(high, c(2)), i64.shrU(low, c(62))))
  return { quarters: i64.shrU(high, c(62)), first, second: b.keep(i64.shl(low, c(2))) }
}

/** 2^n for a normal result. */
const power = (n: Word): Value<'f64'> => f64.reinterpretI64(i64.shl(i64.add(n, c(1023)), c(52)))

const splat = (x: Value<'f64'>): Vector => f64x2.splat(x)

/** A fraction below 1/2 of 128 bits as two f64 of 53 bits each. */
const fractionOf = (b: Body, first: Word, second: Word): Pair => {
  const zeros = b.keep(i64.clz(first))
  const below = i64.shrU(i64.shrU(second, c(1)), i64.xor(zeros, c(63)))
  const top = b.keep(i64.or(i64.shl(first, zeros), below))
  const next = i64.or(i64.shl(top, c(53)), i64.shrU(i64.shl(second, zeros), c(11)))
  const part = (bits: Word, weight: number): Vector =>
    b.keep(splat(f64.mul(f64.convertI64U(i64.shrU(bits, c(11))), power(i64.sub(c(weight), zeros)))))
  return { hi: part(top, -53), lo: part(b.keep(next), -106) }
}

const timesHalfPi = (b: Body, f: Pair): Pair => {
  const p = product(b, f.hi, L.const(Math.PI / 2))
  const rest = L.add(L.mul(f.hi, L.const(6.123233995736766e-17)), L.mul(f.lo, L.const(Math.PI / 2)))
  return orderedSum(b, p.hi, b.keep(L.add(p.lo, rest)))
}

/** 0 or all ones. */
const mask = (bit: Word): Word => i64.sub(c(0), bit)

const text = (b: Body, x: Vector): Vector => {
  const word = b.keep(i64x2.extract(x, 0))
  const { quarters, first, second } = turns(b, word)
  const up = b.keep(i64.shrU(first, c(63)))
  const [nearer, rest] = [i64.xor(first, mask(up)), i64.xor(second, mask(up))]
  const r = timesHalfPi(b, fractionOf(b, b.keep(nearer), b.keep(rest)))
  const negative = b.keep(i64.shrU(word, c(63)))
  const flipped = b.keep(i64x2.splat(i64.shl(i64.xor(up, negative), c(63))))
  const count = b.keep(i64.add(quarters, up))
  const turned = i64.and(i64.add(i64.xor(count, mask(negative)), negative), c(3))
  const hi = b.keep(v128.xor(r.hi, flipped))
  const lo = v128.and(v128.xor(r.lo, flipped), i64x2.const(-4n))
  return f64x2.replace(hi, 1, f64x2.extract(v128.or(lo, i64x2.splat(turned)), 0))
}

/**
 * `x - n pi / 2` for a finite x of 2^20 or more in the first lane: its leading part in the first lane, the rest in the second, where
 * the last two bits are n modulo 4.
 */
export const hugeAngle = unary('f64x2.hugeAngle', text, ['f64x2.wordOfTwoOverPi'])

export const isSet = (m: Vector, lane: number): Value<'i32'> => i32.eqz(i64.eqz(i64x2.extract(m, lane)))
