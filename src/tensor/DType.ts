/**
 * The element types of tensors and the typed arrays that hold them.
 *
 * @since 0.1.0
 */

/**
 * Element types: IEEE single and double precision, 32-bit integers, booleans (stored as bytes 0 and 1).
 *
 * @since 0.1.0
 * @category model
 */
export type DType = 'f32' | 'f64' | 'i32' | 'u32' | 'bool'

/**
 * The differentiable element types.
 *
 * @since 0.1.0
 * @category model
 */
export type FloatDType = 'f32' | 'f64'

interface Arrays {
  readonly f32: Float32Array
  readonly f64: Float64Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly bool: Uint8Array
}

/**
 * The typed array that stores elements of dtype `D`.
 *
 * @since 0.1.0
 * @category model
 */
export type TypedArrayOf<D extends DType = DType> = Arrays[D]

/**
 * What one element reads as in JavaScript: `boolean` for `bool`, else `number`.
 *
 * @since 0.1.0
 * @category model
 */
export type ScalarOf<D extends DType> = D extends 'bool' ? boolean : number

/** The names of their classes, by which they are known in every realm. */
export const arrayNames: Readonly<Record<DType, string>> = {
  f32: 'Float32Array',
  f64: 'Float64Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  bool: 'Uint8Array'
}

const constructors: { readonly [D in DType]: (length: number) => Arrays[D] } = {
  f32: (n) => new Float32Array(n),
  f64: (n) => new Float64Array(n),
  i32: (n) => new Int32Array(n),
  u32: (n) => new Uint32Array(n),
  bool: (n) => new Uint8Array(n)
}

/** A zero-filled typed array; the caller owns it. */
export const allocate = <D extends DType>(dtype: D, length: number): TypedArrayOf<D> =>
  constructors[dtype](length)

const copiers: { readonly [D in DType]: (data: TypedArrayOf) => Arrays[D] } = {
  f32: (data) => new Float32Array(data),
  f64: (data) => new Float64Array(data),
  i32: (data) => new Int32Array(data),
  u32: (data) => new Uint32Array(data),
  bool: (data) => new Uint8Array(data)
}

/** A copy of the elements, which the caller owns. Hosts make it faster than `slice`, for which they clear the memory first. */
export const copied = <D extends DType>(dtype: D, data: TypedArrayOf): TypedArrayOf<D> => copiers[dtype](data)

/** All dtypes, for tables and tests. */
export const dtypes: ReadonlyArray<DType> = ['f32', 'f64', 'i32', 'u32', 'bool']

export const isFloat = (dtype: DType): dtype is FloatDType => dtype === 'f32' || dtype === 'f64'

export const isInteger = (dtype: DType): dtype is 'i32' | 'u32' => dtype === 'i32' || dtype === 'u32'

export const byteWidth: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, u32: 4, bool: 1 }

const bounds: Readonly<Record<'i32' | 'u32' | 'bool', readonly [least: number, largest: number]>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  bool: [0, 1]
}

/** Whether a number is an element of a dtype; floats round, the others must be exact. */
export const belongs = (x: number, dtype: DType): boolean =>
  isFloat(dtype) || (Number.isInteger(x) && x >= bounds[dtype][0] && x <= bounds[dtype][1])
