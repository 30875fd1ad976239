/**
 * Programs that watch themselves: one more result, which is 0 as long as every value is finite, and NaN from the first one on that is not. Most
 * operations pass on what is not finite; so it is enough to look where it could vanish, and at results.
 */
import {
  isControl,
  type Case,
  type Call,
  type Control,
  type Node,
  type Scan,
  type Value,
  type While
} from '../../graph/Expr.js'
import { showAval } from '../../graph/error.js'
import { isMove, isSource, operands } from '../../graph/families.js'
import { fold, reuse, reuseMany, topological } from '../../graph/fold.js'
import * as make from '../../graph/make.js'
import { binaryForm, unaryForm } from '../../graph/op.js'
import { inPlaceOf } from '../../graph/place.js'
import { inline, type Region } from '../../graph/Region.js'
import { add, full } from '../../graph/terms.js'
import { range, size } from '../../tensor/dims.js'
import { isFloat } from '../../tensor/DType.js'

type Values = ReadonlyArray<Value>

const flagType = { shape: [], dtype: 'f32' } as const
const fine = (): Value => full(0, flagType)

const count = (xs: Values): number => xs.reduce((n, x) => n + size(x.shape), 0)

/** Moves that leave out no element. */
const movesAll = (n: Node): boolean =>
  n._tag === 'Concat' || (isMove(n) && size(n.shape) >= count(operands(n)))

/** Whether an operation has a result that is not finite whenever one of its operands is not. */
const passesOn = (n: Node): boolean => {
  if (n._tag === 'Unary') return unaryForm[n.op].keepsNonFinite
  if (n._tag === 'Binary') return binaryForm[n.op].keepsNonFinite
  if (n._tag === 'Reduce') return n.op === 'sum' || n.op === 'prod'
  if (n._tag === 'Convert') return isFloat(n.dtype)
  return n._tag === 'Contract' ? size(n.shape) > 0 : movesAll(n)
}

/** Numbers written in the program are meant as they are. */
const isGiven = (n: Value): boolean => isSource(n) || (n._tag === 'Broadcast' && isSource(n.x))

/** The values to look at: results, and operands of operations that may hide them. */
const exposed = (roots: Values): Values => {
  const found = new Set<Value>(roots)
  for (const n of topological(roots)) {
    if (n._tag === 'Project' || passesOn(n)) continue
    for (const x of operands(n)) found.add(x)
  }
  return [...found].filter((x) => isFloat(x.dtype) && !isGiven(x))
}

/** 0 for finite numbers, NaN as soon as one is not: `x - x`, over values of one shape and dtype, summed. */
const rest = (xs: Values): Value =>
  inPlaceOf(xs[0]!, () => {
    const [first = fine(), ...more] = xs.map((x) => make.binary('sub', x, x))
    const all = more.reduce(add, first)
    const total = make.reduce('sum', range(0, all.shape.length), all)
    return all.dtype === 'f32' ? total : make.convert('f32', total)
  })

/** Values of one shape and dtype are summed up together. */
const alike = (xs: Values): ReadonlyArray<Values> => {
  const groups = new Map<string, ReadonlyArray<Value>>()
  for (const x of xs) groups.set(showAval(x), [...(groups.get(showAval(x)) ?? []), x])
  return [...groups.values()]
}

const sum = (xs: Values): Value => xs.reduce((a, b) => inPlaceOf(b, () => add(a, b)), fine())

/** A node that watches what is inside, as its results and its flag. */
type Flagged = readonly [results: Values, flag: Value]

const split = (made: ReturnType<typeof make.call>, n: Control): Flagged => {
  const all = make.resultsOf(made, [...n.results, flagType])
  return [all.slice(0, -1), all[all.length - 1]!]
}

const call = (n: Call, xs: Values): Flagged => split(make.call(watched(n.body), xs), n)

const choose = (n: Case, [index, ...xs]: Values): Flagged => {
  const made = make.choose(n.branches.map(watched), index!, xs)
  const all = make.resultsOf(made, [...n.results, flagType])
  return [all.slice(0, -1), all[all.length - 1]!]
}

/** A further carry: what has been found at earlier steps. */
const scan = (n: Scan, xs: Values): Flagged => {
  const before = make.input('flag', [], 'f32')
  const { parameters, results } = watched(n.body)
  const [p, x] = [make.scanParts(n, parameters), make.scanParts(n, xs)]
  const flag = add(before, results[results.length - 1]!)
  const body: Region = {
    parameters: [...p.captured, ...p.carried, before, ...p.inputs],
    results: [...results.slice(0, n.carries), flag, ...results.slice(n.carries, -1)]
  }
  const made = make.scanned({ ...n, carries: n.carries + 1 }, body, [
    ...x.captured,
    ...x.carried,
    fine(),
    ...x.inputs
  ])
  const outputs = n.results.length - n.carries
  return [
    [...made.slice(0, n.carries), ...made.slice(n.carries + 1, outputs + 1), ...made.slice(outputs + 1, -1)],
    made[n.carries]!
  ]
}

/** Conditions are looked at too: one that is not finite may be what ends the loop. */
const whileLoop = (n: While, xs: Values): Flagged => {
  const before = make.input('flag', [], 'f32')
  const own = make.input('flag', [], 'f32')
  const test = watched(n.condition)
  const { parameters, results } = watched(n.body)
  const asked = (at: Values): Value => inline({ ...test, results: test.results.slice(-1) }, at)[0]!
  const made = make.whileLoop(
    n.captured,
    { parameters: [...n.condition.parameters, own], results: n.condition.results },
    {
      parameters: [...parameters, before],
      results: [...results.slice(0, -1), sum([before, results[results.length - 1]!, asked(parameters)])]
    },
    [...xs, fine()]
  )
  const all = make.resultsOf(made, [...n.results, flagType])
  const last = all.slice(0, -1)
  return [last, sum([all[all.length - 1]!, asked([...xs.slice(0, n.captured), ...last])])]
}

const control = (n: Control, xs: Values): Flagged => {
  switch (n._tag) {
    case 'Call':
      return call(n, xs)
    case 'Case':
      return choose(n, xs)
    case 'Scan':
      return scan(n, xs)
    case 'While':
      return whileLoop(n, xs)
  }
}

/** The same program with its flag as a further result, the last one. */
export const watched = ({ parameters, results }: Region): Region => {
  const inside: Array<Value> = []
  const of = fold<Value>(results, {
    value: reuse,
    many: (n, xs, own) => {
      if (!isControl(n)) return reuseMany(n, xs, own)
      const [made, flag] = inPlaceOf(n, () => control(n, xs))
      inside.push(flag)
      return made
    }
  })
  const looked = alike(exposed(results).map(of)).map(rest)
  return { parameters, results: [...results.map(of), sum([...looked, ...inside])] }
}
