// What the fixtures start from.
import type { DType, Expr, FloatDType, Shape } from 'adjoint'

/** Identity of two types, as the checker sees it. */
export type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false

/** `is<Expected>()(actual, true)` compiles if the type of `actual` is `Expected` and nothing else. */
export declare const is: <X>() => <Y>(actual: Y, same: Equal<X, Y>) => void

export declare const scalar: Expr<[], 'f32'>
export declare const x: Expr<[2, 3], 'f32'>
export declare const w: Expr<[3, 4], 'f32'>
export declare const b: Expr<[4], 'f32'>
export declare const cube: Expr<[2, 3, 4], 'f32'>
export declare const images: Expr<[32, 28, 28], 'f32'>
export declare const pictures: Expr<[32, 28, 28, 3], 'f32'>
export declare const kernel: Expr<[5, 5, 3, 8], 'f32'>
export declare const doubles: Expr<[2, 3], 'f64'>
export declare const ints: Expr<[2], 'i32'>
export declare const matrixOfInts: Expr<[2, 3], 'i32'>
export declare const mask: Expr<[2, 3], 'bool'>
export declare const batch: Expr<[number, 3], 'f32'>
export declare const ranked: Expr<Shape, 'f32'>
export declare const untyped: Expr<[2, 3], DType>
export declare const float: Expr<[2, 3], FloatDType>
