/** How the body of a vector function is put together: values computed once, statements in order, results patched where rare. */
import { after, sequence, when, type Local, type Locals } from '../encode/control.js'
import { i32x4, v128 } from '../encode/simd.js'
import type { Statement, Value, ValueType } from '../encode/value.js'
import { format, type Lanes, type Vector } from './lanes.js'

export type Call = (name: string, ...args: ReadonlyArray<Vector>) => Vector

/** A function on vectors, lane by lane. */
export interface MathFunction {
  readonly name: string
  readonly arity: 1 | 2
  /** Names of the functions that its body calls. */
  readonly uses: ReadonlyArray<string>
  readonly build: (args: ReadonlyArray<Local<'v128'>>, scope: Locals, call: Call) => Vector
}

/** The statements of a function so far. */
export interface Body {
  readonly run: (s: Statement) => void
  /** Computes a value here and now; the answer may be used any number of times. */
  readonly keep: <T extends ValueType>(x: Value<T>) => Value<T>
  readonly variable: <T extends ValueType>(x: Value<T>) => Local<T>
  /** Statements of a branch, to be run under a condition. */
  readonly branch: (condition: Value<'i32'>, inside: (b: Body) => void) => void
  readonly call: Call
}

const bodyIn = (scope: Locals, call: Call, statements: Array<Statement>): Body => {
  const variable = <T extends ValueType>(x: Value<T>): Local<T> => {
    const place = scope.add(x.type)
    statements.push(place.set(x))
    return place
  }
  return {
    variable,
    call,
    run: (s) => void statements.push(s),
    keep: (x) => variable(x).get,
    branch: (condition, inside) => {
      const inner: Array<Statement> = []
      inside(bodyIn(scope, call, inner))
      statements.push(when(condition, sequence(...inner)))
    }
  }
}

type Text = (b: Body, x: Vector, y: Vector) => Vector

const mathFunction = (name: string, arity: 1 | 2, uses: ReadonlyArray<string>, text: Text): MathFunction => ({
  name,
  arity,
  uses,
  build: (args, scope, call) => {
    const statements: Array<Statement> = []
    const [x, y] = args
    const none = v128.const(...new Array<number>(16).fill(0))
    const result = text(bodyIn(scope, call, statements), x?.get ?? none, y?.get ?? none)
    return after(sequence(...statements), result)
  }
})

export const unary = (
  name: string,
  text: (b: Body, x: Vector) => Vector,
  uses: ReadonlyArray<string> = []
): MathFunction => mathFunction(name, 1, uses, text)

export const binary = (name: string, text: Text, uses: ReadonlyArray<string> = []): MathFunction =>
  mathFunction(name, 2, uses, text)

/** Where `mask` is set, `a`, else `b`. */
export const choose = (mask: Vector, a: Vector, b: Vector): Vector => v128.bitselect(a, b, mask)

/** `c[0] + x (c[1] + x (c[2] + ...))`; `x` is read many times. */
export const polynomial = (L: Lanes, coefficients: ReadonlyArray<number>, x: Vector): Vector =>
  coefficients
    .slice(0, -1)
    .reduceRight((sum, c) => L.add(L.mul(sum, x), L.const(c)), L.const(coefficients.at(-1) ?? 0))

export const signOf = (L: Lanes, x: Vector): Vector => v128.and(x, L.bits(format(L).sign))

/** The magnitude of `a`, which is not negative, with the sign of `x`. */
export const withSign = (L: Lanes, a: Vector, x: Vector): Vector => v128.or(a, signOf(L, x))

export const nan = (L: Lanes): Vector => L.bits(format(L).nan)

/** One bit pattern for every NaN; `x` is read twice. */
export const canonical = (L: Lanes, x: Vector): Vector => choose(L.eq(x, x), x, nan(L))

/** A result that is recomputed, lane by lane, where `rare` is set. Other lanes keep their bits, whoever their neighbours. */
export const patched = (b: Body, usual: Vector, rare: Vector, instead: (inner: Body) => Vector): Vector => {
  const mask = b.keep(rare)
  const result = b.variable(usual)
  b.branch(i32x4.bitmask(mask), (inner) => {
    inner.run(result.set(choose(mask, inner.keep(instead(inner)), result.get)))
  })
  return result.get
}
