/**
 * The scalar functions on vectors, one WebAssembly function each, without tables in memory, fused operations or imports. `math` is
 * by lanes and operation; `functionNamed` finds those and their helpers by full name (`f64x2.exp`), as bodies call them.
 */
import type { BinaryOp, UnaryOp } from '../../graph/Expr.js'
import { logistic, logisticSlope, softplus } from './activation.js'
import { binary, unary, type Body, type MathFunction } from './body.js'
import { erfcF64, erfF32, erfF64 } from './error.js'
import { erfInvF64, erfInvShort } from './errorInverse.js'
import { exp, expm1 } from './exponential.js'
import { binaryHalves, unaryHalves } from './halves.js'
import { hugeAngle, wordOfTwoOverPi } from './huge.js'
import { cosh, sinh, tanh } from './hyperbolic.js'
import { acos, asin, atan, atan2 } from './inverse.js'
import { lanesOf, type Lanes, type LanesName, type Vector } from './lanes.js'
import { log, log1p } from './logarithm.js'
import { hypot, hypotShort, pow, powShort } from './power.js'
import { longRemainder, rem } from './remainder.js'
import { cos, sin, tan } from './trigonometric.js'

export type { MathFunction } from './body.js'

export type UnaryName = Extract<
  UnaryOp,
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'logistic'
  | 'logisticSlope'
  | 'softplus'
  | 'erf'
  | 'erfc'
  | 'erfInv'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
>
export type BinaryName = Extract<BinaryOp, 'pow' | 'atan2' | 'hypot' | 'rem'>
export type MathName = UnaryName | BinaryName

type Text = (b: Body, x: Vector) => Vector

/** The same text for both precisions. */
const shared = (L: Lanes) => {
  const named = (name: string, text: (L: Lanes) => Text): MathFunction => unary(`${L.name}.${name}`, text(L))
  return {
    exp: named('exp', exp),
    expm1: named('expm1', expm1),
    log: named('log', log),
    log1p: named('log1p', log1p),
    logistic: named('logistic', logistic),
    logisticSlope: named('logisticSlope', logisticSlope),
    softplus: named('softplus', softplus),
    sinh: named('sinh', sinh),
    cosh: named('cosh', cosh),
    tanh: named('tanh', tanh)
  } as const
}

const angleUses = ['f64x2.hugeAngle']

type Table = Readonly<Record<MathName, MathFunction>>

const f64: Table = {
  ...shared(lanesOf.f64x2),
  erf: unary('f64x2.erf', erfF64),
  erfc: unary('f64x2.erfc', erfcF64),
  erfInv: unary('f64x2.erfInv', erfInvF64),
  sin: unary('f64x2.sin', sin('full'), angleUses),
  cos: unary('f64x2.cos', cos('full'), angleUses),
  tan: unary('f64x2.tan', tan('full'), angleUses),
  asin: unary('f64x2.asin', asin),
  acos: unary('f64x2.acos', acos),
  atan: unary('f64x2.atan', atan),
  pow: binary('f64x2.pow', pow),
  atan2: binary('f64x2.atan2', atan2),
  hypot: binary('f64x2.hypot', hypot),
  rem: binary('f64x2.rem', rem, ['f64x2.longRemainder'])
}

const f32: Table = {
  ...shared(lanesOf.f32x4),
  erf: unary('f32x4.erf', erfF32),
  erfc: unaryHalves('f32x4.erfc', 'f64x2.erfc'),
  erfInv: unaryHalves('f32x4.erfInv', 'short.erfInv'),
  sin: unaryHalves('f32x4.sin', 'short.sin'),
  cos: unaryHalves('f32x4.cos', 'short.cos'),
  tan: unaryHalves('f32x4.tan', 'short.tan'),
  asin: unaryHalves('f32x4.asin', 'f64x2.asin'),
  acos: unaryHalves('f32x4.acos', 'f64x2.acos'),
  atan: unaryHalves('f32x4.atan', 'f64x2.atan'),
  pow: binaryHalves('f32x4.pow', 'short.pow'),
  atan2: binaryHalves('f32x4.atan2', 'f64x2.atan2'),
  hypot: binaryHalves('f32x4.hypot', 'short.hypot'),
  rem: binaryHalves('f32x4.rem', 'f64x2.rem')
}

export const math: Readonly<Record<LanesName, Table>> = { f32x4: f32, f64x2: f64 }

/** What only other functions call. `short` ones are as exact as f32 needs. */
const helpers: ReadonlyArray<MathFunction> = [
  hugeAngle,
  wordOfTwoOverPi,
  longRemainder,
  unary('short.erfInv', erfInvShort),
  unary('short.sin', sin('short'), angleUses),
  unary('short.cos', cos('short'), angleUses),
  unary('short.tan', tan('short'), angleUses),
  binary('short.pow', powShort),
  binary('short.hypot', hypotShort)
]

const byName: ReadonlyMap<string, MathFunction> = new Map(
  [...Object.values(f32), ...Object.values(f64), ...helpers].map((f) => [f.name, f])
)

/** A function by its full name. */
export const functionNamed = (name: string): MathFunction | undefined => byName.get(name)
