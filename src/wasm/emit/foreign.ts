/** Calls of functions outside of the module: users' primitives, which are functions of tensors. */
import type { Aval, CustomRule } from '../../graph/Expr.js'
import { size } from '../../tensor/dims.js'
import { callStatement, type Func } from '../encode/control.js'
import type { Import } from '../encode/module.js'
import { i32 } from '../encode/value.js'
import { insidesOf, isNested, type Foreign, type Kernel } from '../kernel/kernel.js'
import type { Port } from '../kernel/plan.js'
import type { Site } from './site.js'

/** A call as its host sees it: where operands lie, and where the results that are read belong. */
export interface ForeignCall {
  readonly rule: CustomRule
  readonly operands: ReadonlyArray<Port>
  readonly results: ReadonlyArray<Port | undefined>
  readonly declared: ReadonlyArray<Aval>
}

/** The import under which a module calls out, the first of its functions: it takes the number of the call. */
export const calling: Import = { module: 'adjoint', name: 'call', parameters: ['i32'] }

export const isForeign = (k: Kernel): boolean =>
  isNested(k) ? insidesOf(k).some((x) => x.kernels.some(isForeign)) : k._tag === 'Foreign'

export const emitForeign = (site: Site, k: Foreign): Func => {
  const port = (x: Aval, buffer: number): Port => ({
    at: site.address(buffer),
    dtype: x.dtype,
    shape: x.shape,
    size: size(x.shape)
  })
  const number = site.foreign({
    rule: k.rule,
    operands: k.operands.map((x) => port(x, x.buffer)),
    results: k.results.map((r, i) => (r === undefined ? undefined : port(k.declared[i]!, r))),
    declared: k.declared
  })
  return {
    name: k.name,
    parameters: [],
    results: [],
    locals: [],
    body: callStatement(0, i32.const(number)).code
  }
}
