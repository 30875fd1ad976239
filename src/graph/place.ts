/**
 * Places of operations (source info and name stack, in JAX): the line that asked for one, the scopes around it, and whether it belongs to a derivative.
 * Only what depends on the arguments of a function that is being traced has one. They are told by a recorder, which belongs to one trace and comes along
 * with the operands: so nothing is kept outside of a trace, and programs that are not traced pay for looking at a field.
 */
import { callSite } from './callSite.js'

/** Values, their tangents, or their cotangents. */
export type Mode = 'forward' | 'tangent' | 'backward'

/** What is known of where operations are made. */
interface Context {
  /** The line, if it is not that of the caller. */
  readonly at?: string | undefined
  readonly path: ReadonlyArray<string>
  readonly mode: Mode
  /** The operation of whose derivative it is part. */
  readonly derivativeOf?: string | undefined
  /** Of an operation that is made again. */
  readonly order?: number | undefined
  /** A line of the library's caller that stands for any line of a rule. */
  readonly instead?: string | undefined
}

/** The place of an operation. */
export interface Place {
  /** The caller's source line. */
  readonly at: string
  /** The scopes around it, outermost first. */
  readonly path: ReadonlyArray<string>
  readonly mode: Mode
  readonly derivativeOf?: string | undefined
  /** The number of the operation among those of the trace. */
  readonly order: number
  readonly recorder: Recorder
}

/** What tells places during one trace. */
export interface Recorder {
  /** The place of an operation that is made now. */
  readonly here: () => Place
  /** What a function makes, in another context than the one around. */
  readonly within: <A>(change: (now: Context) => Context, f: () => A) => A
}

/** What may have a place. */
export interface Placed {
  readonly place?: Place
}

const withoutLine = (): string => ''

/** The line of an operation: one that is given, or the caller's; where that is only the one that asked for a derivative, the line of its operation. */
const lineOf = ({ at, instead }: Context, site: () => string, own: string | undefined): string => {
  if (instead === undefined) return at ?? site()
  const found = site()
  return found === own ? instead : found
}

/** A recorder of lines and scopes, or of scopes only, which costs next to nothing. */
export const recorder = (site: () => string = callSite): Recorder => {
  let context: Context = { path: [], mode: 'forward' }
  let own: string | undefined
  let made = 0
  const self: Recorder = {
    here: () => ({
      at: lineOf(context, site, own),
      path: context.path,
      mode: context.mode,
      derivativeOf: context.derivativeOf,
      order: context.order ?? made++,
      recorder: self
    }),
    within: (change, f) => {
      const [before, line] = [context, own]
      context = change(context)
      if (context.instead !== undefined) own = site()
      try {
        return f()
      } finally {
        context = before
        own = line
      }
    }
  }
  return self
}

/** A recorder of scopes only. */
export const scopeRecorder = (): Recorder => recorder(withoutLine)

/** The recorder that comes along with some values, if one does. */
export const recorderOf = (xs: ReadonlyArray<Placed>): Recorder | undefined => {
  for (const x of xs) if (x.place !== undefined) return x.place.recorder
  return undefined
}

/** What is made of some values, with its place if they have places. */
export const placed = <N extends Placed>(n: N, xs: ReadonlyArray<Placed>): N => {
  const from = recorderOf(xs)
  return from === undefined ? n : { ...n, place: from.here() }
}

/** What is made in the place of a node is where that is: the same operation on other operands, on a batch, in simpler terms. */
export const inPlaceOf = <A>(n: Placed, f: () => A): A => {
  const { place } = n
  if (place === undefined) return f()
  const { at, path, mode, derivativeOf, order, recorder: from } = place
  return from.within(() => ({ at, path, mode, derivativeOf, order }), f)
}

/** What is made for the derivative of a node has the line and the scopes of that. A rule of the user has lines of its own. */
export const inDerivativeOf = <A>(
  n: Placed,
  derivativeOf: string,
  mode: Mode,
  isOwn: boolean,
  f: () => A
): A => {
  const { place } = n
  if (place === undefined) return f()
  const { at, path } = place
  const line = isOwn ? { instead: at } : { at }
  const way = place.mode === 'backward' ? place.mode : mode
  return place.recorder.within(() => ({ ...line, path, mode: way, derivativeOf }), f)
}

/** What a function makes of values, in a mode: rules of derivatives that users write. */
export const inMode = <A>(xs: ReadonlyArray<Placed>, mode: Mode, f: () => A): A => {
  const from = recorderOf(xs)
  return from === undefined ? f() : from.within((now) => ({ ...now, mode }), f)
}

/** What a function makes of values, in a scope. */
export const inScope = <A>(scope: string, xs: ReadonlyArray<Placed>, f: () => A): A => {
  const from = recorderOf(xs)
  return from === undefined ? f() : from.within((now) => ({ ...now, path: [...now.path, scope] }), f)
}
