"""Writes src/wasm/math/coefficients.ts: the polynomials of the vector functions.

    python test/wasm/math/coefficients.py [output file]

Each is a weighted least-squares fit at Chebyshev nodes, which is near the best uniform fit. The lowest coefficient
is rounded to the format, the higher ones are fitted again, and so on up. The error reported is that of the whole
function, relative to it, with rounded coefficients and exact arithmetic.
"""
import struct
import sys
from pathlib import Path

from mpmath import asin, atan, atanh, cos, erf, erfc, exp, expm1, log, lu_solve, matrix, mp, mpf, pi, sin, sinh, sqrt, tanh

mp.prec = 260


def rounded(value, fmt):
    return mpf(float(value)) if fmt == "f64" else mpf(struct.unpack("f", struct.pack("f", float(value)))[0])


def nodes(low, high, count):
    return [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / (2 * count)) for k in range(count)]


def least_squares(points, targets, weights, first, last):
    """Coefficients of u^first .. u^last."""
    n = last - first + 1
    normal, right = matrix(n, n), matrix(n, 1)
    for u, t, w in zip(points, targets, weights):
        row = [u ** (first + j) * w for j in range(n)]
        for i in range(n):
            right[i] += row[i] * t * w
            for j in range(n):
                normal[i, j] += row[i] * row[j]
    return list(lu_solve(normal, right))


def fit(target, weight, low, high, degree, fmt, split):
    """Coefficients, lowest first, and the largest weighted error. With `split` the lowest one is not rounded."""
    points = nodes(mpf(low), mpf(high), 4 * degree + 24)
    targets = [target(u) for u in points]
    weights = [weight(u) for u in points]
    out = []
    for k in range(degree + 1):
        rest = [t - sum(c * u**j for j, c in enumerate(out)) for u, t in zip(points, targets)]
        exact = least_squares(points, rest, weights, k, degree)[0]
        out.append(exact if split and k == 0 else rounded(exact, fmt))
    check = nodes(mpf(low), mpf(high), 601)
    worst = max(abs((sum(c * u**j for j, c in enumerate(out)) - target(u)) * weight(u)) for u in check)
    return out, worst


def even(function):
    """A function of u = x^2, given as one of x."""
    return lambda u: function(sqrt(u))


def literal(c, fmt):
    if fmt == "f64":
        return repr(float(c))
    for digits in range(1, 18):
        text = f"{float(c):.{digits}g}"
        if struct.pack("f", float(text)) == struct.pack("f", float(c)):
            return repr(float(text))


half_ln2 = log(mpf(2)) / 2 + mpf(2) ** -20
log_end = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 * (1 + mpf(2) ** -20)
quarter = pi / 4 + mpf(2) ** -20
K = mpf("3.75")


def from_t(t):
    return K * (1 + t) / (1 - t)


def scaled_erfc(t):
    x = from_t(t)
    return (1 + 2 * x) * exp(x * x) * erfc(x)


# name: (comment, target, weight, low, high, {format: degree})
FITS = {
    "exponential": (
        "(exp(r) - 1 - r) / r^2 in r, |r| <= ln 2 / 2",
        lambda r: (expm1(r) - r) / r**2, lambda r: r**2 / exp(r), -half_ln2, half_ln2, {"f32x4": 4, "f64x2": 9},
    ),
    "exponentialExcess": (
        "The same, for the error relative to exp(r) - 1",
        lambda r: (expm1(r) - r) / r**2, lambda r: r**2 / abs(expm1(r)), -half_ln2, half_ln2, {"f32x4": 5, "f64x2": 10},
    ),
    "logarithm": (
        "(2 atanh(s) - 2 s) / s^3 in s^2, s = f / (2 + f), for 1 + f from sqrt(1/2) to sqrt(2)",
        even(lambda s: (2 * atanh(s) - 2 * s) / s**3), lambda u: u / 2, mpf(2) ** -60, log_end, {"f32x4": 2, "f64x2": 6},
    ),
    "hyperbolicTangent": (
        "(tanh(x) - x) / x^3 in x^2, x <= 0.625",
        even(lambda x: (tanh(x) - x) / x**3), even(lambda x: x**3 / tanh(x)), mpf(2) ** -60, mpf("0.625") ** 2, {"f32x4": 4, "f64x2": 11},
    ),
    "hyperbolicSine": (
        "(sinh(x) - x) / x^3 in x^2, x <= 1",
        even(lambda x: (sinh(x) - x) / x**3), even(lambda x: x**3 / sinh(x)), mpf(2) ** -60, mpf(1), {"f32x4": 3, "f64x2": 7},
    ),
    "errorExcess": (
        "erf(x) / x - 1 in x^2, x <= 0.875",
        even(lambda x: erf(x) / x - 1), even(lambda x: x / erf(x)), mpf(2) ** -60, mpf("0.875") ** 2, {"f32x4": 6, "f64x2": 13},
    ),
    "errorExponent": (
        "-log(erfc(x)) in x - 2, 0.875 <= x <= 4",
        lambda d: -log(erfc(d + 2)), lambda d: erfc(d + 2) / erf(d + 2), mpf("-1.125"), mpf(2), {"f32x4": 7},
    ),
    "scaledErfc": (
        "(1 + 2 x) exp(x^2) erfc(x) in t = (x - 3.75) / (x + 3.75), x from 0 to 28",
        scaled_erfc, lambda t: 1 / scaled_erfc(t), mpf(-1), (28 - K) / (28 + K), {"f64x2": 25},
    ),
    "sine": (
        "(sin(r) - r) / r^3 in r^2, r <= pi / 4; the short one serves f32 through f64",
        even(lambda r: (sin(r) - r) / r**3), even(lambda r: r**3 / sin(r)), mpf(2) ** -60, quarter**2, {"f32x4": 3, "f64x2": 5},
    ),
    "cosine": (
        "(cos(r) - 1 + r^2 / 2) / r^4 in r^2, r <= pi / 4; the short one serves f32 through f64",
        even(lambda r: (cos(r) - 1 + r**2 / 2) / r**4), even(lambda r: r**4 / cos(r)), mpf(2) ** -60, quarter**2, {"f32x4": 3, "f64x2": 5},
    ),
    "arcSine": (
        "(asin(x) - x) / x^3 in x^2, x <= 1/2",
        even(lambda x: (asin(x) - x) / x**3), even(lambda x: x**3 / asin(x)), mpf(2) ** -60, mpf("0.25"), {"f64x2": 12},
    ),
    "arcTangent": (
        "(atan(x) - x) / x^3 in x^2, x <= 1/2",
        even(lambda x: (atan(x) - x) / x**3), even(lambda x: x**3 / atan(x)), mpf(2) ** -60, mpf("0.25"), {"f64x2": 12},
    ),
    "logarithmTail": (
        "(atanh(s) / s - 1 - s^2 / 3) / s^4 in s^2, for 1 + f as in the logarithm",
        even(lambda s: (atanh(s) / s - 1 - s**2 / 3) / s**4), lambda u: u**2, mpf(2) ** -60, log_end, {"f64x2": 6},
    ),
}
WIDE = {"sine", "cosine"}
SPLIT = {"scaledErfc"}


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[3] / "src/wasm/math/coefficients.ts"
    lines = [
        "/**",
        " * Polynomials of the vector functions, lowest coefficient first, written by test/wasm/math/coefficients.py. The",
        " * error is that of the fit, relative to the whole function.",
        " */",
    ]
    for name, (comment, function, weight, low, high, degrees) in FITS.items():
        tables, errors = [], []
        for lanes, degree in degrees.items():
            fmt = "f64" if lanes == "f64x2" or name in WIDE else "f32"
            coefficients, worst = fit(function, weight, low, high, degree, fmt, name in SPLIT)
            errors.append(f"2^{float(mp.log(worst, 2)):.1f}")
            if name in SPLIT:
                lines.append(f"\n/** What rounding took from the lowest coefficient of {name}. */")
                lines.append(f"export const {name}Rest = {literal(coefficients[0] - rounded(coefficients[0], fmt), fmt)}")
            tables.append((lanes, ", ".join(literal(c, fmt) for c in coefficients)))
        print(name, errors, file=sys.stderr)
        lines.append(f"\n/** {comment}. Error {' and '.join(errors)}. */")
        if len(tables) == 1:
            lines.append(f"export const {name} = [{tables[0][1]}] as const")
        else:
            inner = ", ".join(f"{lanes}: [{row}]" for lanes, row in tables)
            lines.append(f"export const {name} = {{ {inner} }} as const")
    target.write_text("\n".join(lines) + "\n")


main()
