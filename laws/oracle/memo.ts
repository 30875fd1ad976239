/** Computed when first asked for. */
export const memo = <A>(f: () => A): (() => A) => {
  let value: readonly [A] | undefined
  return () => (value ??= [f()])[0]
}
