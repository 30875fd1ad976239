"""Writes scalar.json: first and second derivatives of the scalar functions, correctly rounded, computed with mpmath.

    python test/golden/derivatives/scalar.py [points per function and dtype] [output file]

A function is written once and evaluated on jets (value, gradient, Hessian) of 2600 bits, so that no cancellation is felt.
Rows are lists of hexadecimal IEEE 754 bits: "x f' f''", or "a b fa fb faa fab fbb" of two arguments. Where a derivative
crosses zero inside the domain, relative error has no bound there; such functions have a second row of the same length,
the largest of the terms whose sum the derivative is, in place of each derivative: errors are measured in units of that.
"""
import json
import math
import platform
import random
import struct
import sys
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.prec = 2600

FORMATS = {
    # name: (struct code, significand bits, least exponent, largest exponent)
    "f64": ("d", 53, -1074, 1024),
    "f32": ("f", 24, -149, 128),
}


def nearest(value, dtype):
    """The exact number `value` rounded once to the format, as a Python float."""
    if not mp.isfinite(value):
        return float(value)
    _, precision, least, largest = FORMATS[dtype]
    sign, man, exp, _ = value._mpf_
    if man == 0:
        return 0.0
    man, size = int(man), int(exp) + int(man).bit_length()
    if size < least or size > largest:
        return math.copysign(0.0 if size < least else math.inf, -1 if sign else 1)
    quantum = max(exp + man.bit_length() - precision, least)
    shift = quantum - exp
    if shift > 0:
        kept, rest, half = man >> shift, man & ((1 << shift) - 1), 1 << (shift - 1)
        man = kept + (1 if rest > half or (rest == half and kept & 1) else 0)
        exp = quantum
    magnitude = math.inf if man.bit_length() + exp > largest else math.ldexp(man, exp)
    return -magnitude if sign else magnitude


def bits(value, dtype):
    return struct.pack(">" + FORMATS[dtype][0], value).hex()


class Jet:
    """A value with gradient and Hessian, and for both the sum of the magnitudes of their terms."""

    def __init__(self, v, g, h, mg=None, mh=None):
        self.v, self.g, self.h = v, g, h
        self.mg = mg if mg is not None else [abs(x) for x in g]
        self.mh = mh if mh is not None else [abs(x) for x in h]

    def chain(self, f, d1, d2):
        """f(self), by the first two derivatives of f there."""
        pairs = PAIRS[len(self.g)]
        g = [d1 * x for x in self.g]
        h = [d1 * x + d2 * self.g[i] * self.g[j] for x, (i, j) in zip(self.h, pairs)]
        mg = [abs(d1) * x for x in self.mg]
        mh = [abs(d1) * x + abs(d2) * self.mg[i] * self.mg[j] for x, (i, j) in zip(self.mh, pairs)]
        return Jet(f, g, h, mg, mh)

    def __add__(self, o):
        if not isinstance(o, Jet):
            return Jet(self.v + o, self.g, self.h, self.mg, self.mh)
        plus = lambda p, q: [x + y for x, y in zip(p, q)]
        return Jet(self.v + o.v, plus(self.g, o.g), plus(self.h, o.h), plus(self.mg, o.mg), plus(self.mh, o.mh))

    __radd__ = __add__

    def __mul__(self, o):
        if not isinstance(o, Jet):
            return self.chain(self.v * o, mpf(o), mpf(0))
        pairs = PAIRS[len(self.g)]
        product = lambda a, ag, ah, b, bg, bh: (
            [x * b + a * y for x, y in zip(ag, bg)],
            [x * b + ag[i] * bg[j] + ag[j] * bg[i] + a * y for x, y, (i, j) in zip(ah, bh, pairs)],
        )
        g, h = product(self.v, self.g, self.h, o.v, o.g, o.h)
        mg, mh = product(abs(self.v), self.mg, self.mh, abs(o.v), o.mg, o.mh)
        return Jet(self.v * o.v, g, h, mg, mh)

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, o):
        return self + (-o)

    def __truediv__(self, o):
        return self * reciprocal(o)


PAIRS = {1: [(0, 0)], 2: [(0, 0), (0, 1), (1, 1)]}


def variables(values):
    n = len(values)
    return [
        Jet(v, [mpf(int(i == j)) for j in range(n)], [mpf(0)] * len(PAIRS[n]))
        for i, v in enumerate(values)
    ]


def reciprocal(x):
    return x.chain(1 / x.v, -1 / x.v**2, 2 / x.v**3)


def unary(f, d1, d2):
    """A function of jets from f, f'(x, y) and f''(x, y)."""

    def on(x):
        y = f(x.v)
        return x.chain(y, d1(x.v, y), d2(x.v, y))

    return on


def sigma(x):
    return 1 / (1 + mp.exp(-x))


def slope(x):
    e = mp.exp(-abs(x))
    return e / (1 + e) ** 2


def gauss(x):
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


def erf_inverse(x):
    """mpmath's own is not exact enough at the ends: Newton's method from it."""
    y = mp.erfinv(x)
    for _ in range(6):
        y -= (mp.erf(y) - x) / gauss(y)
    return y


exp = unary(mp.exp, lambda x, y: y, lambda x, y: y)
expm1 = unary(mp.expm1, lambda x, y: y + 1, lambda x, y: y + 1)
log = unary(mp.log, lambda x, y: 1 / x, lambda x, y: -1 / x**2)
log1p = unary(mp.log1p, lambda x, y: 1 / (1 + x), lambda x, y: -1 / (1 + x) ** 2)
sqrt = unary(mp.sqrt, lambda x, y: 1 / (2 * y), lambda x, y: -1 / (4 * x * y))
rsqrt = unary(lambda x: 1 / mp.sqrt(x), lambda x, y: -y / (2 * x), lambda x, y: 3 * y / (4 * x**2))
square = unary(lambda x: x * x, lambda x, y: 2 * x, lambda x, y: mpf(2))
logistic = unary(sigma, lambda x, y: slope(x), lambda x, y: -slope(x) * mp.tanh(x / 2))
softplus = unary(lambda x: mp.log1p(mp.exp(x)), lambda x, y: sigma(x), lambda x, y: slope(x))
tanh = unary(mp.tanh, lambda x, y: 4 * slope(2 * x), lambda x, y: -8 * slope(2 * x) * y)
erf = unary(mp.erf, lambda x, y: gauss(x), lambda x, y: -2 * x * gauss(x))
erfc = unary(mp.erfc, lambda x, y: -gauss(x), lambda x, y: 2 * x * gauss(x))
erf_inv = unary(
    erf_inverse, lambda x, y: 1 / gauss(y), lambda x, y: 2 * y / gauss(y) ** 2
)
sin = unary(mp.sin, lambda x, y: mp.cos(x), lambda x, y: -y)
cos = unary(mp.cos, lambda x, y: -mp.sin(x), lambda x, y: -y)
tan = unary(mp.tan, lambda x, y: 1 + y * y, lambda x, y: 2 * y * (1 + y * y))
root = lambda x: mp.sqrt((1 - x) * (1 + x))
asin = unary(mp.asin, lambda x, y: 1 / root(x), lambda x, y: x / root(x) ** 3)
acos = unary(mp.acos, lambda x, y: -1 / root(x), lambda x, y: -x / root(x) ** 3)
atan = unary(mp.atan, lambda x, y: 1 / (1 + x * x), lambda x, y: -2 * x / (1 + x * x) ** 2)
sinh = unary(mp.sinh, lambda x, y: mp.cosh(x), lambda x, y: y)
cosh = unary(mp.cosh, lambda x, y: mp.sinh(x), lambda x, y: y)


def silu(x):
    return x * logistic(x)


def mish(x):
    return x * tanh(softplus(x))


def gelu(x):
    return x * erfc(x * -mp.sqrt(mpf(1) / 2)) * mpf("0.5")


def log_sigmoid(x):
    return -softplus(-x)


def slope_of(x):
    y, t = slope(x.v), mp.tanh(x.v / 2)
    return Jet(y, [-y * t], [y * (t * t - 2 * y)], None, [y * (t * t + 2 * y)])


def power(a, b):
    y, l = mp.power(a.v, b.v), mp.log(a.v)
    v = y / a.v
    d = [b.v * v, y * l]
    h = [b.v * (b.v - 1) * v / a.v, v * (1 + b.v * l), y * l * l]
    # The derivatives of a^(b - 1), of which b times is a part, may overflow where that does not.
    m = [abs(v / a.v) * max(1, abs(b.v * (b.v - 1))), abs(v) * max(1, abs(b.v * l), abs(l)), h[2]]
    return Jet(y, d, h, None, m)


def arctangent(a, b):
    s = a.v**2 + b.v**2
    h = [-2 * a.v * b.v / s**2, (a.v**2 - b.v**2) / s**2, 2 * a.v * b.v / s**2]
    return Jet(mp.atan2(a.v, b.v), [b.v / s, -a.v / s], h, None, [abs(h[0]), 1 / s, abs(h[2])])


def hypotenuse(a, b):
    h = mp.sqrt(a.v**2 + b.v**2)
    return Jet(h, [a.v / h, b.v / h], [b.v**2 / h**3, -a.v * b.v / h**3, a.v**2 / h**3])


def quotient(a, b):
    y = a.v / b.v
    return Jet(y, [1 / b.v, -y / b.v], [mpf(0), -1 / b.v**2, 2 * y / b.v**2])


# Samplers: rng, dtype -> float
def uniform(low, high):
    return lambda rng, dtype: rng.uniform(low, high)


def spread(low, high, signed=True):
    """Exponent uniform in [low, high), sign free."""
    return lambda rng, dtype: (rng.choice((-1, 1)) if signed else 1) * rng.uniform(1, 2) * 2.0 ** rng.randrange(low, high)


def all_sizes(signed=True):
    def sample(rng, dtype):
        _, precision, least, largest = FORMATS[dtype]
        return (rng.choice((-1, 1)) if signed else 1) * math.ldexp(rng.uniform(1, 2), rng.randrange(least, largest - 1))

    return sample


def ends(signed=True):
    """The least and the largest numbers, and the least normal one."""

    def sample(rng, dtype):
        _, precision, least, largest = FORMATS[dtype]
        size = rng.choice((least, least + 1, least + precision - 1, least + precision // 2, largest - 1, largest - 2))
        return (rng.choice((-1, 1)) if signed else 1) * math.ldexp(1 if rng.random() < 0.5 else rng.uniform(1, 1.99), size)

    return sample


def either(*samplers):
    return lambda rng, dtype: rng.choice(samplers)(rng, dtype)


def by_dtype(f64, f32):
    return lambda rng, dtype: (f64 if dtype == "f64" else f32)(rng, dtype)


def towards_one(rng, dtype):
    return rng.choice((-1, 1)) * (1 - 2.0 ** -rng.uniform(1, FORMATS[dtype][1]))


small = spread(-60, 0)
tails = by_dtype(uniform(-760, 760), uniform(-106, 106))
middle = uniform(-6, 6)
signed = either(all_sizes(), ends(), uniform(-3, 3), small)
positive = either(all_sizes(False), ends(False), uniform(0, 4))
saturating = either(tails, middle, small, ends(), spread(-4, 8))
gaussian = either(by_dtype(uniform(-28, 28), uniform(-10.5, 10.5)), middle, small, ends())
unit = either(uniform(-1, 1), small, towards_one, spread(-140, -20))
exponents = either(by_dtype(uniform(-746, 709), uniform(-104, 88.7)), middle, small, ends())
angles = either(uniform(-8, 8), spread(-30, 20), small, ends())

PLAIN, TERMS = False, True
UNARY = {
    # name: (function, sampler, whether errors are measured by terms)
    "exp": (exp, exponents, PLAIN),
    "expm1": (expm1, exponents, PLAIN),
    "log": (log, positive, PLAIN),
    "log1p": (log1p, either(uniform(-1, 3), small, positive, lambda r, d: -abs(towards_one(r, d))), PLAIN),
    "sqrt": (sqrt, positive, PLAIN),
    "rsqrt": (rsqrt, positive, PLAIN),
    "reciprocal": (reciprocal, signed, PLAIN),
    "square": (square, signed, PLAIN),
    "logistic": (logistic, saturating, PLAIN),
    "softplus": (softplus, saturating, PLAIN),
    "tanh": (tanh, saturating, PLAIN),
    "logisticSlope": (slope_of, saturating, TERMS),
    "erf": (erf, gaussian, PLAIN),
    "erfc": (erfc, gaussian, PLAIN),
    "erfInv": (erf_inv, either(uniform(-1, 1), small, towards_one), PLAIN),
    "sin": (sin, angles, PLAIN),
    "cos": (cos, angles, PLAIN),
    "tan": (tan, angles, PLAIN),
    "asin": (asin, unit, PLAIN),
    "acos": (acos, unit, PLAIN),
    "atan": (atan, signed, PLAIN),
    "sinh": (sinh, either(by_dtype(uniform(-709, 709), uniform(-88.7, 88.7)), middle, small, ends()), PLAIN),
    "cosh": (cosh, either(by_dtype(uniform(-709, 709), uniform(-88.7, 88.7)), middle, small, ends()), PLAIN),
    "logSigmoid": (log_sigmoid, saturating, PLAIN),
    "silu": (silu, saturating, TERMS),
    "mish": (mish, either(tails, middle, small), TERMS),
    "gelu": (gelu, gaussian, TERMS),
}


def pair(first, second):
    return lambda rng, dtype: (first(rng, dtype), second(rng, dtype))


def close_pair(rng, dtype):
    a = either(all_sizes(), ends())(rng, dtype)
    return a, a * rng.choice((-1, 1)) * rng.uniform(0.5, 2)


def moderate_power(rng, dtype):
    """A base of any size and an exponent that keeps the result finite."""
    limit = 1000 if dtype == "f64" else 120
    base = rng.uniform(1, 2) * 2.0 ** rng.randrange(-60, 60)
    return base, rng.uniform(-1, 1) * limit / max(abs(math.log2(base)), 0.01)


def with_ratio(sample):
    """Where the square of the ratio is a normal number, whose digits second derivatives have."""

    def drawn(rng, dtype):
        a, b = sample(rng, dtype)
        return (a, b) if min(abs(a / b), abs(b / a)) ** 2 >= 2.0 ** (FORMATS[dtype][2] + FORMATS[dtype][1]) else (0, 0)

    return drawn


plane = either(close_pair, pair(all_sizes(), all_sizes()), pair(uniform(-4, 4), uniform(-4, 4)), pair(uniform(-4, 4), small))
powers = either(moderate_power, pair(uniform(0.1, 4), uniform(-3, 3)), pair(ends(False), spread(-140, 1, False)))
BINARY = {
    "div": (quotient, plane, PLAIN),
    "pow": (power, powers, TERMS),
    "atan2": (arctangent, with_ratio(plane), TERMS),
    "hypot": (hypotenuse, with_ratio(plane), PLAIN),
}


def rows(function, sample, by_terms, count, dtype, seed):
    rng = random.Random(seed)
    out = []
    while len(out) < (2 if by_terms else 1) * count:
        drawn = sample(rng, dtype)
        arguments = [nearest(mpf(v), dtype) for v in (drawn if isinstance(drawn, tuple) else (drawn,))]
        if not all(math.isfinite(v) and v != 0 for v in arguments):
            continue
        try:
            exact = function(*variables([mpf(v) for v in arguments]))
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        if not all(isinstance(d, mpf) and mp.isfinite(d) for d in [exact.v, *exact.g, *exact.h]):
            continue
        if math.isinf(nearest(exact.v, dtype)):
            continue
        line = lambda ds: " ".join(bits(v, dtype) for v in [*arguments, *(nearest(d, dtype) for d in ds)])
        out.append(line([*exact.g, *exact.h]))
        if by_terms:
            out.append(line([*exact.mg, *exact.mh]))
    return out


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_name("scalar.json")
    table = {
        name: {
            "arguments": 1 if name in UNARY else 2,
            "byTerms": by_terms,
            **{dtype: rows(f, sample, by_terms, count, dtype, f"{name} {dtype}") for dtype in FORMATS},
        }
        for name, (f, sample, by_terms) in {**UNARY, **BINARY}.items()
    }
    versions = {"python": platform.python_version(), "mpmath": mpmath.__version__}
    document = {"generator": "test/golden/derivatives/scalar.py", "versions": versions, "functions": table}
    target.write_text(json.dumps(document, separators=(",", ":")).replace("],", "],\n") + "\n")


if __name__ == "__main__":
    main()
