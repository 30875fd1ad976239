/** What a page sends to its server: the hashes, and answers by the synchronous and by the asynchronous way to compile. */
import { compile, compileAsync, mul, showError, spec, tensor, toFlat, type Expr } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { hashes } from './weights.js'

/** Node's types know no pages. */
declare const location: { readonly pathname: string }

const double = (x: Expr<[2], 'f32'>) => pipe(x, mul(2))

const answerOf = (
  program: ReturnType<ReturnType<typeof compile<[Expr<[2], 'f32'>], Expr<[2], 'f32'>>>>
): string =>
  pipe(
    program,
    E.chainW((run) => run(tensor([1, 2]))),
    E.match(showError, (y) => toFlat(y).join())
  )

const result = {
  ...hashes(),
  now: answerOf(compile(double)(spec([2]))),
  later: answerOf(await compileAsync(double)(spec([2]))())
}

await fetch(location.pathname, { method: 'POST', body: JSON.stringify(result) })
