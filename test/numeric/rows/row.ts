/** One row of the numeric specification: what is asked, and the documented answer. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../../src/index.js'
import type { DType, Engine, Expr, FloatDType, Tensor } from '../../../src/index.js'

export type Vec = Expr<readonly [number], FloatDType>
export type Num = Expr<readonly [], FloatDType>
export type Ints = Expr<readonly [number], 'i32'>

/** The numbers of all results, or that there is an error value instead. */
export type Answer = ReadonlyArray<number> | 'refused'

/** An answer, by dtype where it differs. */
export type Right = Answer | Readonly<Record<FloatDType, Answer>>

export interface Row {
  /** The number in the specification, or the name of a fault, and what of it is asked. */
  readonly id: string
  readonly what: string
  readonly ask: (engine: Engine, dtype: FloatDType) => Answer
  readonly right: Right
  /** How many units in the last place an answer may be off; 2 unless told. */
  readonly ulps?: number | Readonly<Record<FloatDType, number>>
  readonly note?: string
}

type Result = Expr<unknown, DType>
type Results = Result | ReadonlyArray<Result>

const numbersOf = (t: Tensor): ReadonlyArray<number> => Array.from(A.toFlat(t), Number)

const isMany = (r: Results): r is ReadonlyArray<Result> => Array.isArray(r)
const listed = (r: Results): ReadonlyArray<Result> => (isMany(r) ? r : [r])

/** What is read from a program's results, run by an engine on tensors. */
export const read = <X extends Result>(
  engine: Engine,
  xs: ReadonlyArray<Tensor>,
  f: (xs: ReadonlyArray<X>) => Results,
  from: (t: Tensor) => ReadonlyArray<number> = numbersOf
): Answer => {
  const program = (given: ReadonlyArray<Result>): ReadonlyArray<Result> =>
    listed(f(given as ReadonlyArray<X>))
  return pipe(
    A.compile(program, engine)(xs),
    E.chainW((compiled) => compiled(xs)),
    E.match(
      (): Answer => 'refused',
      (results) => (results as ReadonlyArray<Tensor>).flatMap(from)
    )
  )
}

type Lists = ReadonlyArray<ReadonlyArray<number>>

/** A program of vectors in the dtype that is asked about. */
export const ofVectors =
  (lists: Lists, f: (...xs: ReadonlyArray<Vec>) => Results): Row['ask'] =>
  (engine, dtype) =>
    read(
      engine,
      lists.map((xs) => A.tensor([...xs], dtype)),
      (given: ReadonlyArray<Vec>) => f(...given)
    )

/** A program of numbers. */
export const ofNumbers =
  (xs: ReadonlyArray<number>, f: (...xs: ReadonlyArray<Num>) => Results): Row['ask'] =>
  (engine, dtype) =>
    read(
      engine,
      xs.map((x) => A.tensor(x, dtype)),
      (given: ReadonlyArray<Num>) => f(...given)
    )

/** A program of integers, whatever the dtype that is asked about. */
export const ofIntegers =
  (lists: Lists, f: (...xs: ReadonlyArray<Ints>) => Results): Row['ask'] =>
  (engine) =>
    read(
      engine,
      lists.map((xs) => A.tensor([...xs], 'i32')),
      (given: ReadonlyArray<Ints>) => f(...given)
    )

/** The slope at each element. */
export const slope =
  (f: (x: Vec) => Expr<unknown, FloatDType>) =>
  (x: Vec): Vec =>
    A.grad((v: Vec) => A.sum()(f(v) as Vec))(x)

/** The gradient of a function of two numbers. */
export const slopes =
  (f: (a: Num, b: Num) => Num) =>
  (a: Num, b: Num): ReadonlyArray<Num> =>
    A.grad((p: readonly [Num, Num]) => f(...p))([a, b])

/** The second derivative of a function of a number. */
export const curvature =
  (f: (x: Num) => Num) =>
  (x: Num): Num =>
    A.grad((y: Num) => A.grad(f)(y))(x)
