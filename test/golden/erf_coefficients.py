"""Prints the polynomial tables of src/reference/scalar/erf.ts, computed with mpmath.

    python test/golden/erf_coefficients.py

Each table interpolates its function at Chebyshev nodes of the interval and is given in powers of (x - centre), lowest
first. The printed exponent is log2 of the largest error left after the coefficients are rounded to f64.
"""
from mpmath import mp, mpf

mp.prec = 400


def erf_excess(z):
    """erf(x)/x - 1 as a function of z = x^2."""
    return mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1


def erfcx(x):
    return mp.exp(x * x) * mp.erfc(x)


def tail(q):
    """x erfcx(x) as a function of q = 1/x^2; tends to 1/sqrt(pi)."""
    return erfcx(1 / mp.sqrt(q)) / mp.sqrt(q)


def times(polynomial, factor):
    out = [mpf(0)] * (len(polynomial) + len(factor) - 1)
    for i, a in enumerate(polynomial):
        for j, b in enumerate(factor):
            out[i + j] += a * b
    return out


def interpolate(function, low, high, degree, centre):
    nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * k + 1) / (2 * degree + 2)) for k in range(degree + 1)]
    differences = [function(node) for node in nodes]
    for order in range(1, degree + 1):
        for k in range(degree, order - 1, -1):
            differences[k] = (differences[k] - differences[k - 1]) / (nodes[k] - nodes[k - order])
    out = [differences[degree]]
    for k in range(degree - 1, -1, -1):
        out = times(out, [centre - nodes[k], mpf(1)])
        out[0] += differences[k]
    return out


def report(name, function, low, high, degree, centre):
    low, high, centre = mpf(low), mpf(high), mpf(centre)
    rounded = [float(c) for c in interpolate(function, low, high, degree, centre)]
    grid = [low + (high - low) * (k + mpf(1) / 2) / 400 for k in range(400)]
    error = max(abs(mp.polyval(rounded[::-1], x - centre) - function(x)) for x in grid)
    print(f"// {name}: {low} <= x < {high}, centre {centre}, error 2^{float(mp.log(error, 2)):.1f}")
    print("[" + ", ".join(repr(c) for c in rounded) + "]")


report("excess", erf_excess, mpf(2) ** -60, mpf("0.75"), 11, 0)
report("erfcx", erfcx, "0.5", 1, 13, "0.75")
report("erfcx", erfcx, 1, 2, 16, "1.5")
report("erfcx", erfcx, 2, 4, 18, 3)
report("tail", tail, mpf(1) / 800, mpf(1) / 16, 14, 0)
