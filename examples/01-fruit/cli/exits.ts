/** How the command ends: the one table that the code, `--help` and the page of this example are about. */
export const exits = {
  done: { code: 0, means: 'done' },
  refused: { code: 1, means: 'bad input: nothing was computed or written' },
  unsaved: {
    code: 2,
    means: 'the checkpoint could not be written; the message says where the training is instead'
  },
  diverged: { code: 3, means: 'training diverged: its last loss is no number; this state is not saved' },
  output: { code: 4, means: 'the output could not be written, as on a full disk; the training is saved' },
  defect: { code: 70, means: 'an error in the program, on one line; the training is saved' },
  SIGHUP: { code: 129, means: 'the terminal was closed; the training is saved' },
  SIGINT: { code: 130, means: 'interrupted (Ctrl-C); the training is saved, unless it came twice' },
  EPIPE: { code: 141, means: 'the reader of the output has gone, as after head -1; the training is saved' },
  SIGTERM: { code: 143, means: 'asked to end; the training is saved, unless it came twice' }
} as const

/** A way to end. */
export type Exit = keyof typeof exits

/** A reason to end early that comes from outside. */
export type Stop = Extract<Exit, 'SIGHUP' | 'SIGINT' | 'SIGTERM' | 'EPIPE' | 'output'>

/** What stopped the command, in words. */
export const causes: Readonly<Record<Stop, string>> = {
  SIGHUP: 'the terminal was closed',
  SIGINT: 'interrupted',
  SIGTERM: 'asked to end',
  EPIPE: 'the reader of the output has gone',
  output: 'the output could not be written'
}
