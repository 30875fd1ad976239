/** What is written in tests; what cannot be written fails the test. */
import * as E from 'fp-ts/lib/Either.js'

export const unsafeWritten = (text: E.Either<ReadonlyArray<string>, string>): string => {
  if (E.isLeft(text)) throw new Error(text.left.join('; '))
  return text.right
}
