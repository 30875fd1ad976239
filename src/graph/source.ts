/** Values that are there before anything is computed: arguments and constants; and those that cannot be. */
import { size, type Dims } from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'
import { showNumber } from '../tensor/show.js'
import { elements, type Tensor } from '../tensor/Tensor.js'
import type { Aval, Constant, Input, Source, Value } from './Expr.js'
import { placed, type Placed } from './place.js'
import { always, exactly, never, none, type Forms } from './form.js'

export const input = (name: string, shape: Dims, dtype: DType): Input => ({
  _tag: 'Input',
  name,
  // Lists that come from outside may be changed there.
  shape: Object.freeze([...shape]),
  dtype
})

/** An input for each of some values; those of a function that is traced are traced as soon as one value that they come from is. */
export const inputsLike = (
  name: string,
  likes: ReadonlyArray<Aval & Placed>,
  from: ReadonlyArray<Placed> = likes
): ReadonlyArray<Input> => {
  const { place } = placed<Placed>({}, from)
  const inputs = likes.map(({ shape, dtype }) => input(name, shape, dtype))
  return place === undefined ? inputs : inputs.map((x) => ({ ...x, place }))
}

export const constant = (value: Tensor): Value => ({
  _tag: 'Constant',
  value,
  shape: value.shape,
  dtype: value.dtype
})

/** How many elements of a constant are worth a look. */
const glance = 8

const firstElements = ({ value }: Constant): string => {
  const data = elements(value).subarray(0, glance)
  const shown = Array.from(data, (v) => showNumber(value.dtype, v))
  return `[${[...shown, ...(size(value.shape) > glance ? ['...'] : [])].join(', ')}]`
}

const itself = (n: Value): Value => n

export const sources: Forms<Source> = {
  Input: { operands: none, attributes: none, make: itself, fails: never, rounds: exactly },
  Constant: {
    name: (n) => `constant ${firstElements(n)}`,
    operands: none,
    attributes: none,
    make: itself,
    fails: never,
    rounds: exactly
  },
  Invalid: {
    name: (n) => `invalid ${JSON.stringify(n.errors.map((e) => e.message).join('; '))}`,
    operands: none,
    attributes: none,
    make: itself,
    fails: always,
    rounds: exactly
  }
}
