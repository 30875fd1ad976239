/** Where the caller's program is: the first line outside of the library. */
import * as E from 'fp-ts/lib/Either.js'

const location = (frame: string): string =>
  (/\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(frame.trim())?.[1] ?? '').replace('file://', '')

const folderOf = (place: string): string => place.replace(/(\/graph)?\/[^/]*$/, '/')

/** The first stack frame outside the library: the folder above this file is the library. */
const stack = (): string => {
  const limit = Error.stackTraceLimit
  // Layers and transformations call each other deeply; the caller stands below them. The limit is put back at once. Hosts may have frozen it.
  const isWider = Reflect.set(Error, 'stackTraceLimit', 200)
  // Programs may have stacks prepared in ways of their own, as something else than text or with errors.
  const text = E.tryCatch((): unknown => new Error().stack, String)
  if (isWider) Reflect.set(Error, 'stackTraceLimit', limit)
  return E.isRight(text) && typeof text.right === 'string' ? text.right : ''
}

/** `file:line:column` of the caller's program, or nothing where hosts do not tell. */
export const callSite = (): string => {
  const places = stack()
    .split('\n')
    .slice(1)
    .map(location)
    .filter((p) => p !== '')
  const library = folderOf(places[0] ?? '')
  return (
    places.find((p) => !p.startsWith(library) && !p.startsWith('node:') && !p.includes('/node_modules/')) ??
    ''
  )
}
