/** The page on numbers, whose tables are made from what the tests check. */
import { others, usual } from './bounds.js'
import { showCompositions } from './compositions.js'
import { specification } from './specification.js'
import { table } from './table.js'

const bounds = (): string =>
  table([
    ['function', 'first derivative', 'second derivative', 'why'],
    ['all others', ...usual.map(String), ''],
    ...Object.entries(others).map(([name, o]) => [name, ...(o?.bounds ?? []).map(String), o?.reason ?? ''])
  ])

/** The page in Markdown. */
export const page = (): string => `# Numbers

What operations and their derivatives answer where it is not obvious, and how exact they are. Everything here is run by the
tests, on both engines (\`reference\` and \`wasm\`) and in both dtypes; \`npm run numerics\` prints all of it with a column for
each. The tables are made from the tests.

## Promises

- **Accuracy.** Scalar functions are within 3 units in the last place (ulp) of the exact value in f32 and f64, most within 1,
  but for \`erfInv\`: it follows JAX's polynomials, so that normal draws have JAX's bits, and in f64 they are up to 500,000 ulp
  off. Derivatives are within the bounds below.
- **Accumulation.** Sums, means and products of matrices are computed in blocks, so that their error does not grow with their
  length.
- **Determinism.** The same program with the same inputs gives the same bits, whatever the host, and NaN has one bit pattern.
- **One meaning.** \`reference\` defines each operation; \`wasm\` agrees to the bit where an operation is exact.
- **Gradients are finite wherever the function is finite and differentiable.** A branch that is not taken contributes 0,
  never NaN. A zero that was computed is a number: times infinity it is NaN, since the derivative may be anything there.
- **Masks are booleans**, never large negative numbers.
- **Errors are values.** What has no answer (an empty maximum, an index out of range, a division of integers by 0) is \`Left\`,
  and where sizes are known to the compiler it does not compile.

## Edge cases

Others were asked in f32: JAX, PyTorch, TensorFlow.js (in JavaScript) and jax-js (in WebAssembly); \`test/golden/numerics\` has
the programs that asked them. \`-\` stands where there is no such function. Rows with a letter are faults that were found and
mended.

${specification()}

## Compositions

The chain rule multiplies slopes, and 0 times infinity is no number. Where a composition has a derivative all the same, it is
found by rules for the composition or by slopes that stay in range.

${showCompositions()}

## Bounds of derivatives

In units in the last place, over the whole domain, saturation and the ends of the range included. Where a derivative is a sum
that vanishes somewhere, in units of its largest term.

${bounds()}
`
