/** What the benchmarks use of other libraries, which are not installed with this package. */

declare module '@jax-js/jax' {
  /** Operations consume their operands; `ref` keeps one for later. */
  export interface Array {
    readonly shape: number[]
    readonly ref: Array
    add: (x: Array | number) => Array
    sub: (x: Array | number) => Array
    mul: (x: Array | number) => Array
    div: (x: Array | number) => Array
    sum: () => Array
    reshape: (shape: ReadonlyArray<number>) => Array
    transpose: (axes: ReadonlyArray<number>) => Array
    /** A number takes one place of an axis, which goes. */
    slice: (...ranges: ReadonlyArray<ReadonlyArray<number> | number>) => Array
    dataSync: () => Float32Array
    data: () => Promise<Float32Array>
    blockUntilReady: () => Promise<unknown>
    dispose: () => void
  }
  type Operand = Array | number
  export const init: (device: 'wasm') => Promise<unknown>
  export const defaultDevice: (device: 'wasm') => unknown
  export const jit: <A extends ReadonlyArray<unknown>, R>(f: (...args: A) => R) => (...args: A) => R
  export const jvp: (
    f: (x: Array) => Array,
    primals: ReadonlyArray<Array>,
    tangents: ReadonlyArray<Array>
  ) => [Array, Array]
  export const grad: (f: (x: Array) => Array) => (x: Array) => Array
  export const valueAndGrad: <P, A extends ReadonlyArray<Array>>(
    f: (p: P, ...rest: A) => Array
  ) => (p: P, ...rest: A) => [Array, P]
  export const nn: Readonly<
    Record<'relu' | 'gelu' | 'sigmoid' | 'softmax' | 'logSoftmax', (x: Array) => Array>
  >
  export const numpy: {
    readonly bool: unknown
    readonly array: (data: Float32Array, options?: { shape: ReadonlyArray<number> }) => Array
    readonly zeros: (shape: ReadonlyArray<number>) => Array
    readonly dot: (a: Array, b: Array) => Array
    readonly matmul: (a: Array, b: Array) => Array
    readonly max: (x: Array, axis: number) => Array
    readonly mean: (x: Array, axis: number, options: { keepdims: boolean }) => Array
    readonly pad: (x: Array, widths: ReadonlyArray<readonly [number, number]>) => Array
    readonly concatenate: (xs: ReadonlyArray<Array>, axis: number) => Array
    readonly split: (x: Array, parts: number, axis: number) => ReadonlyArray<Array>
    readonly tri: (n: number, m: number, k: number, options: { dtype: unknown }) => Array
    readonly where: (condition: Array, a: Operand, b: Operand) => Array
    readonly subtract: (a: Operand, b: Operand) => Array
    readonly reciprocal: (x: Array) => Array
    readonly exp: (x: Array) => Array
    readonly sqrt: (x: Array) => Array
    readonly square: (x: Array) => Array
    readonly tanh: (x: Array) => Array
  }
}

declare module '@tensorflow/tfjs' {
  export interface Tensor {
    readonly shape: number[]
    dataSync: () => Float32Array
    dispose: () => void
  }
  type Operand = Tensor | number
  type Unary = (x: Operand) => Tensor
  type Binary = (a: Operand, b: Operand) => Tensor
  interface LayerOptions {
    readonly units: number
    readonly recurrentActivation?: 'sigmoid'
    readonly recurrentInitializer?: 'zeros'
    /** What its weights are instead of what its initializers make. */
    readonly weights: ReadonlyArray<Tensor>
  }
  export interface Layer {
    /** Makes the weights when it is called first. */
    apply: (x: Tensor) => Tensor
    readonly trainableWeights: ReadonlyArray<{ readonly val: Tensor }>
  }
  const tf: {
    readonly enableProdMode: () => void
    readonly setBackend: (name: 'wasm' | 'cpu') => Promise<boolean>
    readonly ready: () => Promise<void>
    readonly tensor: (data: Float32Array, shape?: ReadonlyArray<number>) => Tensor
    readonly scalar: (x: number) => Tensor
    readonly variable: (x: Tensor) => Tensor
    readonly tidy: (f: () => Tensor) => Tensor
    readonly layers: Readonly<Record<'gru' | 'dense', (options: LayerOptions) => Layer>>
    readonly train: {
      readonly adam: (
        rate: number,
        beta1: number,
        beta2: number,
        epsilon: number
      ) => { minimize: (f: () => Tensor, returnCost: true, variables: ReadonlyArray<Tensor>) => Tensor }
    }
    readonly losses: { readonly softmaxCrossEntropy: (y: Tensor, logits: Tensor) => Tensor }
    readonly grad: (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor
    readonly valueAndGrad: (f: (x: Tensor) => Tensor) => (x: Tensor) => { value: Tensor; grad: Tensor }
    readonly add: Binary
    readonly sub: Binary
    readonly mul: Binary
    readonly square: Unary
    readonly rsqrt: Unary
    readonly tanh: Unary
    readonly relu: Unary
    readonly softmax: Unary
    readonly sum: Unary
    readonly mean: (x: Tensor, axis: number, keepDims: boolean) => Tensor
    readonly matMul: (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor
    readonly reshape: (x: Tensor, shape: ReadonlyArray<number>) => Tensor
    readonly transpose: (x: Tensor, axes: ReadonlyArray<number>) => Tensor
    readonly split: (x: Tensor, parts: number, axis: number) => Tensor[]
    readonly pad: (x: Tensor, widths: ReadonlyArray<readonly [number, number]>) => Tensor
    readonly slice: (
      x: Tensor,
      begin: number | ReadonlyArray<number>,
      size: number | ReadonlyArray<number>
    ) => Tensor
    readonly concat: (xs: ReadonlyArray<Tensor>, axis: number) => Tensor
    readonly maxPool: (x: Tensor, size: number, strides: number, padding: 'valid') => Tensor
  }
  export default tf
}

declare module '@tensorflow/tfjs-backend-wasm' {}
