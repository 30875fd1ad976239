/** What every library is given: seeded data, initial weights, and answers in double precision. */

/** Elements in row-major order. */
export interface Values {
  readonly shape: ReadonlyArray<number>
  readonly data: Float32Array
}

interface Batch {
  /** Weights `[in, out]` and biases in the order in which a forward pass meets them. */
  readonly params: ReadonlyArray<Values>
  readonly x: Values
  /** One-hot. */
  readonly y: Values
}

export interface Mlp extends Batch {
  readonly kind: 'mlp'
  readonly id: 'W1' | 'W2' | 'W3'
  readonly sizes: ReadonlyArray<number>
}

/** Images `[n, h, w, c]`, kernels `[h, w, in, out]`, rows of the dense layer in the order (h, w, c). */
export interface Lenet extends Batch {
  readonly kind: 'lenet'
  readonly id: 'W4'
}

/** `x` is one-hot like `y`; `tokens` are the same as indices. */
export interface Gpt extends Batch {
  readonly kind: 'gpt'
  readonly id: 'W5'
  readonly tokens: Int32Array
}

/**
 * Sequences `[batch, steps, features]`. The GRU is the one of Keras with `reset_after: false`: its kernel, recurrent
 * kernel and bias hold the update gate, the reset gate and the candidate side by side. Weights and bias of a dense
 * layer on the last hidden state follow.
 */
export interface Gru extends Batch {
  readonly kind: 'gru'
  readonly id: 'W6'
}

interface Answer {
  /** What the samples of a result should be. */
  readonly expected: ReadonlyArray<number>
}

export interface Product extends Answer {
  readonly kind: 'product'
  readonly id: 'M1-512' | 'M1-1024'
  readonly n: 512 | 1024
  readonly a: Float32Array
  readonly b: Float32Array
  readonly pick: (c: ArrayLike<number>) => ReadonlyArray<number>
}

/** sum(tanh(x a + b) x) and its gradient in x. */
export interface Tanh extends Answer {
  readonly kind: 'tanh'
  readonly id: 'M2'
  readonly x: Float32Array
  readonly a: number
  readonly b: number
  readonly pick: (value: number, gradient: ArrayLike<number>) => ReadonlyArray<number>
}

/** Rosenbrock's function, value and gradient. */
export interface Gradient extends Answer {
  readonly kind: 'gradient'
  readonly id: 'M4g'
  readonly x: Float32Array
  readonly pick: (value: number, gradient: ArrayLike<number>) => ReadonlyArray<number>
}

/** Rosenbrock's function, its Hessian times v. */
export interface Curvature extends Answer {
  readonly kind: 'curvature'
  readonly id: 'M4h'
  readonly x: Float32Array
  readonly v: Float32Array
  readonly pick: (product: ArrayLike<number>) => ReadonlyArray<number>
}

/** The network of W2 on one example: its ten logits. */
export interface Forward extends Answer {
  readonly kind: 'forward'
  readonly id: 'F1'
  readonly params: ReadonlyArray<Values>
  readonly x: Values
}

/**
 * A GRU over one long sequence `[steps, features]` from zeros on, as in W6: the mean over the steps of `sum(h u)`, and its derivatives in the
 * weights.
 */
export interface Long extends Answer {
  readonly kind: 'long'
  readonly id: 'W7'
  readonly kernel: Float32Array
  readonly recurrent: Float32Array
  readonly bias: Float32Array
  readonly xs: Float32Array
  readonly u: Float32Array
  readonly pick: (
    value: number,
    kernel: ArrayLike<number>,
    recurrent: ArrayLike<number>,
    bias: ArrayLike<number>
  ) => ReadonlyArray<number>
}

export type Training = Mlp | Lenet | Gpt | Gru
export type Micro = Product | Tanh | Gradient | Curvature | Forward | Long
export type Data = Training | Micro
export type Id = Data['id']
