/** Modules that apply one vector function to arrays. */
import {
  callFunction,
  counted,
  local,
  locals,
  sequence,
  type Func
} from '../../../src/wasm/encode/control.js'
import { encode, pageSize } from '../../../src/wasm/encode/module.js'
import { v128 } from '../../../src/wasm/encode/simd.js'
import { functionNamed, type MathFunction } from '../../../src/wasm/math/index.js'
import { machineOf, type Machine } from '../../../src/wasm/run/host.js'
import { unsafeRight } from '../../support/outcome.js'

const unsafeNamed = (name: string): MathFunction => {
  const f = functionNamed(name)
  if (f === undefined) throw new TypeError(`no function ${name}`)
  return f
}

/** A function and those that it calls, each once, the called ones first. */
const withUses = (f: MathFunction): ReadonlyArray<MathFunction> => [
  ...new Set([...f.uses.flatMap((name) => withUses(unsafeNamed(name))), f])
]

const functionOf = (f: MathFunction, index: (name: string) => number): Func => {
  const parameters = Array.from({ length: f.arity }, () => 'v128' as const)
  const scope = locals(parameters)
  const args = parameters.map((type, i) => local(type, i))
  const body = f.build(args, scope, (name, ...xs) => callFunction('v128', index(name), ...xs))
  return { name: f.name, parameters, results: ['v128'], locals: scope.types(), body: body.code }
}

/** For every 16 bytes of the arguments, which lie one array after the other, 16 bytes of results behind them. */
const stepOf = (f: MathFunction, index: number, bytes: number): Func => {
  const scope = locals()
  const i = scope.add('i32')
  const at = (array: number) => ({ base: i.get, offset: array * bytes })
  const args = Array.from({ length: f.arity }, (_, k) => v128.load(at(k)))
  const store = v128.store(at(f.arity), callFunction('v128', index, ...args))
  const body = sequence(counted(i, 0, bytes, 16, store))
  return { name: 'step', parameters: [], results: [], locals: scope.types(), body: body.code }
}

/** A module with room for the arguments and results of `f`, `bytes` bytes each; its step computes them all. */
export const machineFor = (f: MathFunction, bytes: number): Machine => {
  const all = withUses(f)
  const index = (name: string): number => all.findIndex((g) => g.name === name)
  const step = stepOf(f, all.length - 1, bytes)
  const functions = [...all.map((g) => functionOf(g, index)), step]
  const pages = Math.ceil((bytes * (f.arity + 1)) / pageSize)
  const image = encode({ functions, exports: { step: all.length }, pages, data: [] })
  return unsafeRight(machineOf({ bytes: image, pages }))
}

/** Numbers of one precision and their bits. */
export interface Floats {
  readonly values: Float32Array | Float64Array
  readonly bits: Uint32Array | BigUint64Array
}

export const singles = (values: Float32Array): Floats => ({ values, bits: new Uint32Array(values.buffer) })
export const doubles = (values: Float64Array): Floats => ({
  values,
  bits: new BigUint64Array(values.buffer)
})

const floatsOf = (like: Floats, buffer: ArrayBuffer): Floats =>
  like.values instanceof Float32Array ? singles(new Float32Array(buffer)) : doubles(new Float64Array(buffer))

/** The results of `f` at every place of the arrays, whose size is a multiple of 16 bytes. */
export const unsafeMap = (f: MathFunction, first: Floats, ...others: ReadonlyArray<Floats>): Floats => {
  const bytes = first.values.byteLength
  if (bytes % 16 !== 0) throw new RangeError('not a whole number of vectors')
  const { memory, step } = machineFor(f, bytes)
  const all = new Uint8Array(memory.buffer)
  ;[first, ...others].forEach((xs, k) => {
    all.set(new Uint8Array(xs.values.buffer), k * bytes)
  })
  step()
  return floatsOf(first, memory.buffer.slice(f.arity * bytes, (f.arity + 1) * bytes))
}
