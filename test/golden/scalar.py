"""Writes scalar.json: correctly rounded values of the scalar functions, computed with mpmath.

    python test/golden/scalar.py [points per function and dtype] [output file]

Each row is "x y" or "a b y" in hexadecimal IEEE 754 bits (16 digits for f64, 8 for f32), the last entry being
the exact value rounded once to nearest, ties to even, subnormals and overflow included.
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

mp.prec = 320

FORMATS = {
    # name: (struct code, significand bits, least exponent, largest exponent)
    "f64": ("d", 53, -1074, 1024),
    "f32": ("f", 24, -149, 128),
}


def nearest(value, dtype):
    """The exact number `value` rounded once to the format, as a Python float."""
    _, precision, least, largest = FORMATS[dtype]
    sign, man, exp, _ = value._mpf_
    if man == 0:
        return 0.0
    man = int(man)
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


def cast(value, dtype):
    return nearest(mpf(value), dtype) if math.isfinite(value) else value


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


def near(centre):
    return lambda rng, dtype: centre + rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randrange(
        -FORMATS[dtype][1] + 1, -3
    ) * max(1.0, abs(centre))


def either(*samplers):
    return lambda rng, dtype: rng.choice(samplers)(rng, dtype)


def by_dtype(f64, f32):
    return lambda rng, dtype: (f64 if dtype == "f64" else f32)(rng, dtype)


small = spread(-30, 0)
multiples = lambda rng, dtype: rng.randrange(1, 400) * math.pi / 4 * (1 + rng.uniform(-1, 1) * 2.0 ** -rng.randrange(5, 52))


def logistic(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x))


exp_range = by_dtype(uniform(-746, 710), uniform(-104, 89))
UNARY = {
    "exp": (mp.exp, either(exp_range, uniform(-3, 3), small)),
    "expm1": (mp.expm1, either(by_dtype(uniform(-40, 710), uniform(-20, 89)), uniform(-2, 2), small, all_sizes())),
    "log": (mp.log, either(all_sizes(False), uniform(0.3, 3), near(1.0))),
    "log1p": (mp.log1p, either(uniform(-1, 3), small, spread(0, 100, False), near(0.0), spread(-1060, 0, False))),
    "sqrt": (mp.sqrt, either(all_sizes(False), uniform(0, 4))),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), either(all_sizes(False), uniform(0.25, 4))),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), either(all_sizes(), uniform(-8, 8))),
    "reciprocal": (lambda x: 1 / x, either(all_sizes(), uniform(-3, 3))),
    "sin": (mp.sin, either(uniform(-8, 8), multiples, spread(-30, 20), all_sizes())),
    "cos": (mp.cos, either(uniform(-8, 8), multiples, spread(-30, 20), all_sizes())),
    "tan": (mp.tan, either(uniform(-8, 8), multiples, spread(-30, 20), all_sizes())),
    "asin": (mp.asin, either(uniform(-1, 1), small, near(0.5), lambda r, d: r.choice((-1, 1)) * (1 - 2.0 ** -r.uniform(1, FORMATS[d][1])))),
    "acos": (mp.acos, either(uniform(-1, 1), small, near(0.5), lambda r, d: r.choice((-1, 1)) * (1 - 2.0 ** -r.uniform(1, FORMATS[d][1])))),
    "atan": (mp.atan, either(uniform(-4, 4), small, spread(0, 70), near(1.0))),
    "sinh": (mp.sinh, either(by_dtype(uniform(-711, 711), uniform(-90, 90)), uniform(-3, 3), small, spread(-4, 6))),
    "cosh": (mp.cosh, either(by_dtype(uniform(-711, 711), uniform(-90, 90)), uniform(-3, 3), small, spread(-4, 6))),
    "tanh": (mp.tanh, either(uniform(-23, 23), uniform(-2, 2), small, all_sizes())),
    "logistic": (logistic, either(by_dtype(uniform(-746, 40), uniform(-104, 20)), uniform(-6, 6), small)),
    "softplus": (softplus, either(by_dtype(uniform(-746, 800), uniform(-104, 100)), uniform(-6, 6), small)),
    "erf": (mp.erf, either(uniform(-6.5, 6.5), uniform(-1.5, 1.5), small, near(0.84375), near(1.25), all_sizes())),
    "erfc": (mp.erfc, either(by_dtype(uniform(-6, 27.3), uniform(-4, 10.1)), uniform(-1.5, 3), small, near(0.5))),
}


def hypot(a, b):
    return mp.sqrt(a * a + b * b)


def atan2(y, x):
    return mp.atan2(y, x)


def close_pair(rng, dtype):
    a = spread(-20, 20)(rng, dtype)
    return a, a * rng.uniform(0.5, 2)


def pair(first, second):
    return lambda rng, dtype: (first(rng, dtype), second(rng, dtype))


def pairs(*samplers):
    return lambda rng, dtype: rng.choice(samplers)(rng, dtype)


def moderate_power(rng, dtype):
    """A base of any size and an exponent that keeps the result finite."""
    limit = 1070 if dtype == "f64" else 145
    base = rng.uniform(1, 2) * 2.0 ** rng.randrange(-60, 60)
    return base, rng.uniform(-1, 1) * limit / max(abs(math.log2(base)), 0.01)


def integer_power(rng, dtype):
    return rng.uniform(-12, 12), float(rng.randrange(-30, 30))


BINARY = {
    "pow": (mp.power, pairs(moderate_power, integer_power, pair(near(1.0), spread(0, 20)), pair(uniform(0.1, 4), uniform(-3, 3)))),
    "atan2": (atan2, pairs(pair(uniform(-4, 4), uniform(-4, 4)), close_pair, pair(all_sizes(), all_sizes()))),
    "hypot": (hypot, pairs(close_pair, pair(all_sizes(), all_sizes()), pair(uniform(-4, 4), uniform(-4, 4)))),
}


def rows(function, sample, count, dtype, seed):
    rng = random.Random(seed)
    out = []
    while len(out) < count:
        drawn = sample(rng, dtype)
        arguments = [cast(v, dtype) for v in (drawn if isinstance(drawn, tuple) else (drawn,))]
        if not all(math.isfinite(v) and v != 0 for v in arguments):
            continue
        try:
            exact = function(*map(mpf, arguments))
        except ZeroDivisionError:
            continue
        if not isinstance(exact, mpf) or not mp.isfinite(exact):
            continue
        out.append(" ".join(bits(v, dtype) for v in [*arguments, nearest(exact, dtype)]))
    return out


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_name("scalar.json")
    table = {
        name: {dtype: rows(function, sample, count, dtype, f"{name} {dtype}") for dtype in FORMATS}
        for name, (function, sample) in {**UNARY, **BINARY}.items()
    }
    versions = {"python": platform.python_version(), "mpmath": mpmath.__version__}
    document = {"generator": "test/golden/scalar.py", "versions": versions, "functions": table}
    target.write_text(json.dumps(document, separators=(",", ":")).replace("],", "],\n") + "\n")


if __name__ == "__main__":
    main()
