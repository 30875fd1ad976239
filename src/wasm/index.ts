export { program } from './run/program.js'
