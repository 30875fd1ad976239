/**
 * One layer after another. Parameters of a layer are a tuple of slots, and a sequence has those of its parts one after another, so that composing is
 * strictly associative and has a unit.
 *
 * @since 0.1.0
 */
import { within } from '../graph/error.js'
import { node, type Expr } from '../graph/Expr.js'
import { nodesOf } from '../graph/leaves.js'
import { inScope } from '../graph/place.js'
import type { Key } from '../ops/random.js'
import type { CheckLayers, ParamsOf, SequenceFn } from '../shape/index.js'
import type { Layer, Stage } from './layer.js'

const isLayer = (stage: Stage): stage is Layer<unknown, unknown> => typeof stage !== 'function'

/** A plain function as a layer without parameters. */
const lifted = (stage: Stage): Layer<unknown, unknown> =>
  isLayer(stage)
    ? stage
    : {
        _tag: 'Layer',
        label: stage.name,
        slots: 0,
        init: (k) => [[], k],
        run: () => stage as (x: Expr) => Expr
      }

/** A layer is the scope of its operations, and is named in errors; a nested sequence names its parts. */
const step = (part: Layer<unknown, unknown>, at: number, params: ReadonlyArray<unknown>, x: Expr): Expr => {
  if (x._tag === 'Invalid') return x
  const name = `layer ${String(at)}${part.label === '' ? '' : ` ${part.label}`}`
  return within(name)(inScope(name, nodesOf([x, params]), () => node(part.run(params)(x))))
}

/**
 * Layers one after the other.
 *
 * @since 0.1.0
 * @category layers
 */
export interface Sequential<Ls extends ReadonlyArray<Stage>> extends Layer<SequenceFn<Ls>, ParamsOf<Ls>> {}

/**
 * One stage after another. Each must accept the shape that the one before yields; the first that does not is a type error, which names it.
 * Parameters are the flat tuple of those of the parts. `sequential()` is the identity.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { key, softmax, tensor } from 'adjoint'
 * import { apply, dense, init, relu, sequential } from 'adjoint/nn'
 *
 * const net = sequential(dense(4, 8), relu, dense(8, 3), softmax())
 * const params = init(net)(key(0))
 * deepStrictEqual(params.map((p) => p.w.shape), [[4, 8], [8, 3]])
 * deepStrictEqual(apply(net)(params)(tensor([1, 2, 3, 4])).shape, [3])
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const sequential = <const Ls extends ReadonlyArray<Stage>>(
  ...stages: CheckLayers<Ls>
): Sequential<Ls> => {
  const parts = (stages as ReadonlyArray<Stage>).map(lifted)
  const slots = parts.map((p) => p.slots)
  const start = slots.map((_, i) => slots.slice(0, i).reduce((a, b) => a + b, 0))
  return {
    _tag: 'Layer',
    label: '',
    slots: slots.reduce((a, b) => a + b, 0),
    init: (k) => {
      const [params, next] = parts.reduce<readonly [ReadonlyArray<unknown>, Key]>(
        ([done, key], part) => {
          const [own, after] = part.init(key)
          return [[...done, ...(own as ReadonlyArray<unknown>)], after]
        },
        [[], k]
      )
      return [params as ParamsOf<Ls>, next]
    },
    run: (params) => (x) =>
      parts.reduce((y, part, i) => step(part, i, params.slice(start[i], (start[i] ?? 0) + part.slots), y), x)
  }
}
