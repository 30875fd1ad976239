/** What can be asked of `npm run bench`. */
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { ids, isId } from '../data/index.js'
import type { Id } from '../data/model.js'
import { isName, others, usual, type Name } from './peers.js'

export interface Options {
  readonly json: boolean
  readonly readme: boolean
  readonly only: ReadonlyArray<Id>
  readonly peers: ReadonlyArray<Name>
  /** How many processes measure the same. */
  readonly repeat: number
  /** Seconds of measuring in each. */
  readonly budget: number
}

const isOther = (name: string): name is Name => isName(name) && name !== 'adjoint'

const listed = <A extends string>(
  what: string,
  known: ReadonlyArray<A>,
  is: (name: string) => name is A,
  text: string
): E.Either<string, ReadonlyArray<A>> => {
  const names = text.split(',').filter((name) => name !== '')
  const strange = names.filter((name) => !is(name))
  return strange.length === 0
    ? E.right(names.filter(is))
    : E.left(`no ${what} ${strange.join(', ')}; there are ${known.join(', ')}`)
}

const positive = (name: string, text: string): E.Either<string, number> =>
  Number(text) > 0 ? E.right(Number(text)) : E.left(`--${name} takes a positive number, got ${text}`)

const given = () =>
  parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      readme: { type: 'boolean', default: false },
      only: { type: 'string', default: ids.join(',') },
      peers: { type: 'string', default: usual.join(',') },
      repeat: { type: 'string', default: '3' },
      budget: { type: 'string', default: '3' }
    }
  }).values

export const options = (): E.Either<string, Options> =>
  pipe(
    E.tryCatch(given, (e) => (e instanceof Error ? e.message : String(e))),
    E.chain(({ json, readme, only, peers, repeat, budget }) =>
      pipe(
        E.Do,
        E.bind('only', () => listed('workload', ids, isId, only)),
        E.bind('peers', () => listed('peer', others, isOther, peers)),
        E.bind('repeat', () => positive('repeat', repeat)),
        E.bind('budget', () => positive('budget', budget)),
        E.map((o): Options => ({ json, readme, ...o }))
      )
    )
  )
