"""Writes control.json: values and derivatives of programs with loops and branches in f64 as JAX computes them.

    python test/golden/control.py

Each entry: name, inputs, tangents (a direction of the inputs), weights (of each result), value (the results), tangent
(the results' derivative along the direction), bend (their second derivative along it) and, where reverse mode is defined,
gradients and hvp: the gradient of sum(results * weights), and its derivative along the direction. Inputs are drawn from
a fixed seed and rounded to four digits. That differences agree with the tangent, so that no kink is near, and that
reverse mode over reverse mode agrees with hvp, is checked here.
"""
import json
import os
import platform
import zlib
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import jax.numpy as jnp
import jaxlib
import numpy as np
from jax import lax, nn
from jax.scipy.special import logsumexp

ENTRIES = []


class Box:
    """Shape of an input and the range of its elements."""

    def __init__(self, *shape, low=-2.0, high=2.0):
        self.shape, self.low, self.high = shape, low, high


def positive(*shape, low=0.2, high=3.0):
    return Box(*shape, low=low, high=high)


def small(*shape):
    return Box(*shape, low=-0.9, high=0.9)


def draw(rng, shape, low=-1.0, high=1.0):
    return jnp.asarray(np.round(rng.uniform(low, high, shape), 4))


def encoded(array):
    array = np.asarray(array)
    assert array.dtype == np.float64 and np.all(np.isfinite(array))
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def close(left, right, tolerance):
    for a, b in zip(left, right, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * max(1, np.max(np.abs(b), initial=0)))


def entry(name, function, *boxes, reverse=True):
    assert name not in [e["name"] for e in ENTRIES], name
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    inputs = [draw(rng, b.shape, b.low, b.high) for b in boxes]
    tangents = [draw(rng, b.shape) for b in boxes]
    results = lambda *xs: jax.tree.leaves(function(*xs))
    along = lambda *xs: jax.jvp(results, xs, tuple(tangents))[1]
    value, tangent = jax.jvp(results, tuple(inputs), tuple(tangents))
    bend = jax.jvp(along, tuple(inputs), tuple(tangents))[1]
    weights = [draw(rng, y.shape) for y in value]
    moved = lambda h: results(*(x + h * t for x, t in zip(inputs, tangents)))
    step = 1e-6
    close([(a - b) / (2 * step) for a, b in zip(moved(step), moved(-step))], tangent, 1e-6)
    lists = {"inputs": inputs, "tangents": tangents, "weights": weights}
    lists |= {"value": value, "tangent": tangent, "bend": bend}
    if reverse:
        lists |= backward(lambda *xs: sum(jnp.sum(y * w) for y, w in zip(results(*xs), weights)), inputs, tangents)
    ENTRIES.append({"name": name} | {key: [encoded(x) for x in xs] for key, xs in lists.items()})
    print(name)


def backward(total, inputs, tangents):
    gradient = jax.grad(total, argnums=tuple(range(len(inputs))))
    gradients, hvp = jax.jvp(gradient, tuple(inputs), tuple(tangents))
    slope = lambda *xs: sum(jnp.sum(g * t) for g, t in zip(gradient(*xs), tangents))
    close(hvp, jax.grad(slope, argnums=tuple(range(len(inputs))))(*inputs), 1e-11)
    return {"gradients": gradients, "hvp": hvp}


def program(*boxes, name, reverse=True):
    """The function that follows, as an entry."""
    return lambda function: entry(name, function, *boxes, reverse=reverse)


# Loops along inputs
@program(Box(3), Box(4, 3), Box(3), name="scan: vector carry")
def _(c, xs, a):
    def step(c, x):
        c = jnp.tanh(c * a + x)
        return c, c

    return lax.scan(step, c, xs)


@program(Box(2, 2), Box(3, 2, 2), Box(2, 2), name="scan: matrix carry")
def _(c, xs, a):
    return lax.scan(lambda c, x: (jnp.sin(c @ a + x), jnp.sum(c * x, 1)), c, xs)


@program(Box(2), Box(2), Box(4, 2), positive(4), name="scan: trees")
def _(position, velocity, force, mass):
    def step(c, s):
        v = c["velocity"] + 0.1 * s["force"] / s["mass"]
        p = c["position"] + 0.1 * v
        return {"position": p, "velocity": v}, {"energy": 0.5 * s["mass"] * jnp.sum(v * v), "at": p}

    start = {"position": position, "velocity": velocity}
    last, out = lax.scan(step, start, {"force": force, "mass": mass})
    return last["position"], last["velocity"], out["energy"], out["at"]


@program(Box(5), Box(low=0.5, high=0.95), name="scan: reverse")
def _(rewards, gamma):
    def step(g, r):
        g = r + gamma * g
        return g, g

    return lax.scan(step, 0.0, rewards, reverse=True)[1]


@program(Box(2), Box(4, 2), Box(2, 2), name="scan: reverse, outputs from before the step")
def _(h, xs, w):
    return lax.scan(lambda h, x: (jnp.tanh(h @ w + x), (h, x * jnp.sum(h))), h, xs, reverse=True)


@program(Box(), Box(4), small(), Box(), name="scan: captured expressions")
def _(c, xs, w, b):
    scale = jnp.exp(w) * b

    def step(c, x):
        return c + jnp.sin(scale * c) * x, c * b

    return lax.scan(step, c, xs)


@program(Box(3), name="scan: one vector as carry, inputs and captured")
def _(x):
    return lax.scan(lambda c, s: (jnp.sin(c * s) + x * s, jnp.sum(c * x)), x, x)


@program(Box(), Box(), Box(4), name="scan: carries that change places")
def _(a, b, xs):
    return lax.scan(lambda c, x: ((c[1], c[0] * jnp.sin(x)), c[0] * c[0]), (a, b), xs)


@program(Box(2), Box(4, 2), name="scan: carry that is not changed")
def _(c, xs):
    return lax.scan(lambda c, x: (c, jnp.sin(c * x)), c, xs)


@program(Box(2), Box(4, 2), name="scan: carry that forgets")
def _(c, xs):
    return lax.scan(lambda c, x: (jnp.exp(x), c * x), c, xs)


@program(Box(), Box(4), name="scan: outputs that do not move, and no outputs")
def _(c, xs):
    last, ones = lax.scan(lambda c, x: (jnp.cos(c + x), 1.5), c, xs)
    return last, ones, lax.scan(lambda c, x: (c * x, None), c, xs)[0]


@program(Box(), Box(5), name="scan: integer carry")
def _(start, xs):
    def step(c, x):
        i, total = c
        total = total + x * i.astype(jnp.float64) * total
        return ((3 * i + 1) % 5, total), total * i

    (i, total), out = lax.scan(step, (jnp.int32(2), start), xs)
    return i.astype(jnp.float64), total, out


@program(Box(4), Box(6), name="scan: integer carry picks from a table")
def _(table, xs):
    return lax.scan(lambda i, x: ((i + 3) % 4, jnp.sin(table[i] * x)), jnp.int32(1), xs)[1]


@program(positive(), positive(5), name="scan: boolean carry")
def _(start, xs):
    def step(c, x):
        going, total = c
        total = jnp.where(going, total + x * x, total * 0.9)
        return (going & (total < 6), total), total

    return lax.scan(step, (jnp.bool_(True), start), xs)[1]


@program(Box(2), Box(2), name="scan: a length instead of inputs")
def _(c, a):
    return lax.scan(lambda c, _: (jnp.sin(c * a), jnp.sum(c)), c, length=4)


@program(Box(2), Box(0, 2), Box(2), name="scan: length 0")
def _(c, xs, a):
    return lax.scan(lambda c, x: (c * jnp.sin(x) * a, c + x), c, xs)


@program(Box(2), Box(1, 2), Box(2), name="scan: length 1")
def _(c, xs, a):
    return lax.scan(lambda c, x: (c * jnp.sin(x) * a, c + x * a), c, xs)


@program(Box(), Box(3, 4), Box(), name="scan in scan")
def _(h, xs, w):
    def outer(h, row):
        def inner(c, x):
            c = jnp.sin(c + w * x)
            return c, c * h

        last, ys = lax.scan(inner, h * 0.5, row)
        return last + h, jnp.sum(ys)

    return lax.scan(outer, h, xs)


@program(Box(4), Box(3), name="soft dynamic time warping")
def _(a, b):
    far = jnp.array([10.0])

    def outer(row, x):
        def inner(left, s):
            y, up, corner = s
            best = -logsumexp(-jnp.stack([left, up, corner]))
            now = (x - y) ** 2 + best
            return now, now

        lefts = lax.scan(inner, 10.0, (b, row[1:], row[:-1]))[1]
        return jnp.concatenate([far, lefts]), None

    return lax.scan(outer, jnp.array([0.0, 10.0, 10.0, 10.0]), a)[0][-1]


@program(Box(4), Box(), Box(), name="scan over the outputs of a scan")
def _(xs, w, u):
    def step(w):
        def go(h, x):
            h = jnp.tanh(h * w + x)
            return h, h

        return go

    fs = lax.scan(step(w), 0.0, xs)[1]
    bs = lax.scan(step(u), fs[-1], fs * xs, reverse=True)[1]
    return fs + bs


# Known recurrences
@program(Box(3), Box(4, 2), Box(3, 3), Box(2, 3), Box(3), name="RNN")
def _(h, xs, w, u, b):
    def step(h, x):
        h = jnp.tanh(h @ w + x @ u + b)
        return h, h

    return lax.scan(step, h, xs)


@program(*[Box(2), Box(3, 2), *[Box(2, 2)] * 6], name="GRU")
def _(h, xs, wz, uz, wr, ur, wn, un):
    def step(h, x):
        z = nn.sigmoid(h @ wz + x @ uz)
        r = nn.sigmoid(h @ wr + x @ ur)
        n = jnp.tanh((r * h) @ wn + x @ un)
        h = (1 - z) * n + z * h
        return h, h

    return lax.scan(step, h, xs)


@program(Box(2), Box(2), Box(3, 2), Box(2, 8), Box(2, 8), Box(8), name="LSTM")
def _(h, c, xs, w, u, b):
    def step(carry, x):
        h, c = carry
        i, f, g, o = jnp.split(h @ w + x @ u + b, 4)
        c = nn.sigmoid(f) * c + nn.sigmoid(i) * jnp.tanh(g)
        h = nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    return lax.scan(step, (h, c), xs)


entry("cumulative sum", lambda x: jnp.cumsum(jnp.sin(x), 0), Box(4, 2))
entry("cumulative product", jnp.cumprod, Box(5))
entry("cumulative maximum", lambda x: lax.cummax(x * x), Box(6))
entry("cumulative log of sums of exponentials, from the end", lambda x: lax.cumlogsumexp(x, reverse=True), Box(5))


@program(Box(2), Box(2, 2), Box(4), Box(2, 2), positive(), positive(), name="Kalman filter")
def _(x, root, zs, f, q, r):
    h = jnp.array([1.0, 0.0])

    def step(c, z):
        x, p = c
        x, p = f @ x, f @ p @ f.T + q * jnp.eye(2)
        s, y = h @ p @ h + r, z - x @ h
        k = p @ h / s
        return (x + k * y, p - jnp.outer(k, h @ p)), -0.5 * (jnp.log(2 * jnp.pi * s) + y * y / s)

    return lax.scan(step, (x, root @ root.T + jnp.eye(2)), zs)


@program(Box(), Box(), positive(high=0.4), name="leapfrog pendulum")
def _(q, p, dt):
    def step(_, c):
        q, p = c
        p = p - dt / 2 * jnp.sin(q)
        q = q + dt * p
        return q, p - dt / 2 * jnp.sin(q)

    return lax.fori_loop(0, 8, step, (q, p))


@program(Box(2), positive(5, low=0.1, high=0.5), positive(), name="Runge-Kutta pendulum")
def _(y, dts, g):
    def f(y):
        return jnp.stack([y[1], -g * jnp.sin(y[0])])

    def step(y, dt):
        k1 = f(y)
        k2 = f(y + dt / 2 * k1)
        k3 = f(y + dt / 2 * k2)
        k4 = f(y + dt * k3)
        y = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return y, y

    return lax.scan(step, y, dts)[1]


entry("Horner polynomial", jnp.polyval, Box(5), Box(2))


@program(Box(2, 3), Box(3, 3, 3), Box(3, 3), name="layers of a network as inputs")
def _(x, w, b):
    return lax.scan(lambda x, p: (x + jnp.tanh(x @ p["w"] + p["b"]), None), x, {"w": w, "b": b})[0]


@program(Box(6), positive(low=0.1, high=0.4), name="heat equation by convolution")
def _(u, k):
    kernel = jnp.stack([k, 1 - 2 * k, k])

    def step(_, u):
        return jnp.convolve(u, kernel, mode="same") + 0.1 * jnp.sin(u)

    return lax.fori_loop(0, 4, step, u)


# Loops over numbers
@program(Box(), positive(), Box(), name="Newton iterations with grad inside")
def _(a, b, x):
    f = lambda x: x**3 + b * x - a
    return lax.fori_loop(0, 5, lambda _, x: x - f(x) / jax.grad(f)(x), x)


@program(Box(), Box(), name="forLoop: index")
def _(c, a):
    return lax.fori_loop(2, 6, lambda i, c: c * jnp.sin(i * a) + i, c)


@program(Box(2), Box(2), name="forLoop: no steps")
def _(c, a):
    return lax.fori_loop(5, 2, lambda i, c: c * a, c), lax.fori_loop(3, 3, lambda i, c: c * a, c * a)


@program(Box(4), Box(), name="forLoop: picks by its index")
def _(w, x):
    return lax.fori_loop(0, 4, lambda i, c: c + w[i] * jnp.cos(x * i), 0.0)


@program(Box(), small(), name="forLoop in forLoop")
def _(c, a):
    inner = lambda i: lambda j, c: jnp.sin(c + a * (i - j))
    return lax.fori_loop(-1, 2, lambda i, c: lax.fori_loop(0, 3, inner(i), c) * c, c)


@program(Box(2), Box(3, 2), Box(3), positive(low=0.05, high=0.2), name="forLoop: gradient descent")
def _(p, xs, ys, rate):
    loss = lambda p: jnp.mean((jnp.tanh(xs @ p) - ys) ** 2)
    return lax.fori_loop(0, 5, lambda _, p: p - rate * jax.grad(loss)(p), p)


# Functions of each slice
@program(Box(3, 2), Box(2), name="map: rows")
def _(xs, w):
    return lax.map(lambda x: jnp.sum(jnp.sin(x) * w), xs)


@program(Box(3, 2), Box(3), name="map: trees")
def _(xs, ys):
    return lax.map(lambda s: (s["x"] * s["y"], jnp.exp(s["y"])), {"x": xs, "y": ys})


@program(Box(5), Box(), name="map: cond")
def _(xs, w):
    return lax.map(lambda x: lax.cond(x > 0.3, lambda x: jnp.sin(x) * w, lambda x: x * x, x), xs)


@program(Box(3, 4), Box(), name="map: scan")
def _(xs, w):
    return lax.map(lambda row: lax.scan(lambda c, x: (jnp.tanh(c * w + x), c), 0.5, row), xs)


# Loops that end on data
def bounded(condition, body, bound, init):
    step = lambda _, c: lax.cond(condition(c), body, lambda c: c, c)
    return lax.fori_loop(0, bound, step, init)


@program(positive(low=2), positive(), name="whileLoop with bound: Newton")
def _(a, x):
    return bounded(lambda x: jnp.abs(x * x - a) > 1e-2, lambda x: (x + a / x) / 2, 12, x)


@program(positive(low=2), positive(), name="whileLoop with bound: reached")
def _(a, x):
    return bounded(lambda x: x < 1e3, lambda x: x * a + 1, 3, x)


@program(Box(2), Box(2), name="whileLoop with bound: no steps")
def _(x, a):
    return bounded(lambda x: jnp.sum(x * x) > 100, lambda x: x * a, 4, x * a)


@program(Box(3, low=1), positive(low=0.5, high=0.8), name="whileLoop with bound: until small")
def _(x, s):
    return bounded(lambda x: jnp.sum(x * x) > s, lambda x: x * s + jnp.sin(x) * 0.1, 20, x)


@program(Box(2), positive(low=0.3, high=0.6), name="whileLoop with bound: trees and a counter")
def _(y, end):
    def body(c):
        dt = 0.1 + 0.05 * jnp.sum(c["y"] ** 2)
        return {"t": c["t"] + dt, "y": c["y"] * (1 - dt), "n": c["n"] + 1}

    c = bounded(lambda c: c["t"] < end, body, 9, {"t": 0.0, "y": y, "n": jnp.int32(0)})
    return c["t"], c["y"], c["n"].astype(jnp.float64)


@program(Box(low=5, high=9), positive(low=0.4, high=0.7), reverse=False, name="whileLoop: until small")
def _(x, s):
    return lax.while_loop(lambda x: x > 1, lambda x: jnp.sin(x) * 0.1 + x * s, x)


@program(Box(2), positive(low=0.3, high=0.6), reverse=False, name="whileLoop: trees and a counter")
def _(y, end):
    def body(c):
        t, y, n = c
        dt = 0.1 + 0.05 * jnp.sum(y**2)
        return t + dt, y * (1 - dt), n + 1

    t, y, n = lax.while_loop(lambda c: c[0] < end, body, (0.0, y, jnp.int32(0)))
    return t, y, n.astype(jnp.float64)


@program(Box(), positive(3, low=4, high=7), reverse=False, name="whileLoop in scan")
def _(c, xs):
    def step(c, x):
        small = lax.while_loop(lambda y: y > 1, lambda y: y * 0.7 + 0.1 * jnp.sin(c), x)
        return c + small, small

    return lax.scan(step, c, xs)


@program(Box(), positive(3, low=4, high=7), name="whileLoop with bound in scan")
def _(c, xs):
    def step(c, x):
        small = bounded(lambda y: y > 1, lambda y: y * 0.7 + 0.1 * jnp.sin(c), 10, x)
        return c + small, small

    return lax.scan(step, c, xs)


# Branches on data
@program(positive(), positive(), Box(), name="cond: one way and the other")
def _(x, y, w):
    f = lambda x: lax.cond(x > 0, lambda x: jnp.sin(x) * w, lambda x: x * x * jnp.exp(w), x)
    return f(x), f(-y)


@program(positive(low=2), positive(high=0.9), Box(low=-0.9, high=-0.1), Box(low=-4), name="cond: nested")
def _(*xs):
    def f(x):
        above = lambda x: lax.cond(x > 1, jnp.sin, jnp.cos, x)
        below = lambda x: lax.cond(x * x > 1, lambda x: x**3, jnp.exp, x)
        return lax.cond(x > 0, above, below, x)

    xs = (xs[0], xs[1], xs[2], -jnp.abs(xs[3]) - 1.1)
    return [f(x) for x in xs]


@program(Box(2), Box(), Box(2), Box(), name="cond: trees and captured values")
def _(x, y, a, b):
    up = lambda x, y: {"p": x * a, "q": jnp.sum(x) * y}
    down = lambda x, y: {"p": x * b, "q": jnp.sin(y * b)}
    c = lax.cond(jnp.sum(a) > 50, up, down, x, y)
    d = lax.cond(jnp.sum(a) > -50, up, down, x, y)
    return c["p"], c["q"], d["p"], d["q"]


@program(Box(), positive(), name="cond: constant branch")
def _(x, y):
    f = lambda p, x: lax.cond(p, lambda x: 3.0, lambda x: jnp.sin(x * y), x)
    return f(x < 9, x), f(x > 9, x)


@program(positive(), name="cond: undefined where not taken")
def _(x):
    return lax.cond(x > 0, lambda x: jnp.sqrt(x) * jnp.log(x), lambda x: jnp.sqrt(-x) / 0.0, x)


BRANCHES = [lambda x: jnp.sin(x), lambda x: x * x * x, lambda x: jnp.exp(-x)]


@program(Box(), name="choose: indices in and out of range")
def _(x):
    return [lax.switch(i, BRANCHES, x) for i in (-3, 0, 1, 2, 7)]


@program(positive(low=1.1, high=1.9), Box(2), name="choose: index of data")
def _(x, w):
    branches = [lambda x, w: w * x, lambda x, w: jnp.sin(w * x), lambda x, w: w + x]
    return lax.switch(jnp.floor(x).astype(jnp.int32), branches, x, w)


@program(Box(2), name="choose: one branch")
def _(x):
    return lax.switch(jnp.int32(4), [lambda x: jnp.sin(x) * x], x)


@program(Box(), Box(6), name="cond in scan on the carry")
def _(c, xs):
    def step(c, x):
        c = lax.cond(c > 0.2, lambda c: jnp.sin(c) - x * x, lambda c: c * c + jnp.exp(x), c)
        return c, c

    return lax.scan(step, c, xs)


@program(Box(), Box(5), name="choose in scan by inputs")
def _(c, xs):
    def step(c, s):
        return lax.switch(s[0], BRANCHES, c * s[1]), c

    return lax.scan(step, c, (jnp.array([2, 0, 1, -1, 5], jnp.int32), xs))


@program(Box(), Box(4), positive(), name="scan in cond")
def _(c, xs, w):
    running = lambda c, xs: lax.scan(lambda c, x: (jnp.sin(c * w + x), c * x), c, xs)
    f = lambda p: lax.cond(p, running, lambda c, xs: (c * w, xs * xs), c, xs)
    return f(w > 0), f(w < 0)


# Values computed again
def network(x, w, b):
    return jnp.tanh(jnp.sin(x @ w) + b)


entry("checkpoint: network", jax.checkpoint(network), Box(2, 3), Box(3, 2), Box(2))


@program(Box(3), Box(3), name="checkpoint: captured values")
def _(x, w):
    inner = jax.checkpoint(lambda x: jnp.exp(jnp.sin(x * w)))
    return jax.checkpoint(lambda x: inner(x) * jnp.sum(inner(x * w)))(x)


@program(Box(2), Box(4, 2), Box(2, 2), name="checkpoint in scan")
def _(h, xs, w):
    step = jax.checkpoint(lambda h, x: jnp.tanh(jnp.sin(h @ w) + x))
    return lax.scan(lambda h, x: (step(h, x), jnp.sum(h)), h, xs)


@program(Box(2), Box(4, 2), Box(2, 2), name="scan in checkpoint")
def _(h, xs, w):
    return jax.checkpoint(lambda h, xs: lax.scan(lambda h, x: (jnp.tanh(h @ w + x), h * x), h, xs))(h, xs)


# Batches
def recurrence(w):
    def step(c, x):
        c = jnp.tanh(c * w + x)
        return c, c * x

    return lambda c, xs: lax.scan(step, c, xs)


@program(Box(3), Box(3, 4), Box(), name="vmap of scan")
def _(cs, xs, w):
    return jax.vmap(recurrence(w))(cs, xs)


@program(Box(3, 4), Box(), Box(), name="vmap of scan: first carry shared")
def _(xs, c, w):
    return jax.vmap(lambda xs: recurrence(w)(c, xs))(xs)


@program(Box(3), Box(4), Box(), name="vmap of scan: inputs shared")
def _(cs, xs, w):
    return jax.vmap(lambda c: recurrence(w)(c, xs))(cs)


@program(Box(3), Box(4), name="vmap of scan: a carry that becomes different")
def _(ws, xs):
    step = lambda w: lambda c, x: ((c[1], c[2], c[0] * x + w), c[0] * x)
    return jax.vmap(lambda w: lax.scan(step(w), (0.5, 0.6, 0.7), xs))(ws)


@program(Box(2, 3, 2), Box(2), Box(), name="vmap of vmap of scan")
def _(xs, cs, w):
    return jax.vmap(lambda xs, c: jax.vmap(lambda row: recurrence(w)(c, row))(xs))(xs, cs)


@program(Box(3, 2), Box(2), name="vmap of scan: length 0")
def _(cs, w):
    return jax.vmap(lambda c: lax.scan(lambda c, x: (c * x * w, c * w), c, jnp.zeros((0, 2))))(cs)


@program(Box(5), Box(), name="vmap of cond")
def _(xs, w):
    return jax.vmap(lambda x: lax.cond(x > 0.1, lambda x: jnp.sin(x) * w, lambda x: (x * x - w) * x, x))(xs)


@program(Box(5), positive(), name="vmap of cond: condition shared")
def _(xs, w):
    return jax.vmap(lambda x: lax.cond(w > 0, lambda x: jnp.sin(x) * w, lambda x: x * x, x))(xs)


@program(positive(3), positive(2), name="vmap of cond: undefined where not taken")
def _(xs, ys):
    f = lambda x: lax.cond(x > 0, lambda x: jnp.sqrt(x) * x, lambda x: jnp.log(-x) / x, x)
    return jnp.stack([f(x) for x in jnp.concatenate([xs, -ys])])


@program(Box(5), Box(), name="vmap of choose")
def _(xs, w):
    branches = [lambda x: jnp.sin(x * w), lambda x: x * x * x, lambda x: jnp.exp(-x) + w]
    return jax.vmap(lambda i, x: lax.switch(i, branches, x))(jnp.array([2, 0, 1, -1, 5], jnp.int32), xs)


@program(Box(4), Box(6), name="vmap of cond in scan")
def _(cs, xs):
    def step(c, x):
        c = lax.cond(c > 0.2, lambda c: jnp.sin(c) - x * x, lambda c: c * c + jnp.exp(x), c)
        return c, c

    return jax.vmap(lambda c: lax.scan(step, c, xs))(cs)


@program(Box(3), Box(), name="vmap of forLoop")
def _(xs, a):
    return jax.vmap(lambda x: lax.fori_loop(1, 4, lambda i, c: jnp.sin(c * a) * i, x))(xs)


@program(Box(2, 3), Box(2), name="vmap of map")
def _(xs, ws):
    return jax.vmap(lambda row, w: lax.map(lambda x: jnp.sin(x * w) * w, row))(xs, ws)


@program(Box(4, 3), Box(3, 2), Box(2), name="vmap of checkpoint")
def _(xs, w, b):
    return jax.vmap(jax.checkpoint(lambda x: network(x, w, b)))(xs)


@program(positive(4, high=9), positive(high=0.7), name="vmap of whileLoop with bound: undefined after the end")
def _(xs, s):
    f = lambda x: bounded(lambda x: x > 1, lambda x: jnp.sqrt(x - 1) * s, 5, x)
    return jnp.stack([f(x) for x in xs])


@program(positive(4, low=1, high=9), positive(low=0.4, high=0.7), reverse=False, name="vmap of whileLoop")
def _(xs, s):
    def f(x):
        body = lambda c: (c[0] * s + 0.1 * jnp.sin(c[0]), c[1] + 1)
        y, n = lax.while_loop(lambda c: c[0] > 1, body, (x, jnp.int32(0)))
        return y, n.astype(jnp.float64)

    return jax.vmap(f)(xs)


@program(Box(3), Box(), reverse=False, name="vmap of whileLoop: condition shared")
def _(xs, a):
    def f(x):
        body = lambda c: (c[0] + 1, jnp.sin(c[1] * a) + c[0])
        return lax.while_loop(lambda c: c[0] < 4, body, (jnp.int32(1), x))[1]

    return jax.vmap(f)(xs)


@program(positive(3, low=2), Box(), reverse=False, name="vmap of whileLoop: limits of examples")
def _(limits, a):
    f = lambda limit: lax.while_loop(lambda c: c < limit, lambda c: c * 1.5 + a * a, 0.2 * jnp.cos(a) + 0.3)
    return jax.vmap(f)(limits)


# Derivatives of loops, as programs
def last(c, xs, w):
    return jnp.sum(recurrence(w)(c, xs)[1] ** 2)


@program(Box(), Box(4), Box(), name="grad of scan")
def _(c, xs, w):
    return jax.grad(last, (0, 1, 2))(c, xs, w)


@program(Box(), Box(4), Box(), name="jvp of scan")
def _(c, xs, w):
    return jax.jvp(lambda c, xs: recurrence(w)(c, xs), (c, xs), (w, xs * xs))


@program(Box(3), Box(3, 4), Box(), name="grad of vmap of scan")
def _(cs, xs, w):
    return jax.grad(lambda w: jnp.sum(jax.vmap(lambda c, x: last(c, x, w))(cs, xs)))(w)


@program(Box(3), Box(3, 4), Box(), name="vmap of grad of scan")
def _(cs, xs, w):
    return jax.vmap(lambda c, x: jax.grad(last, (0, 2))(c, x, w))(cs, xs)


@program(Box(3), Box(), name="Hessian of scan by vmap")
def _(xs, w):
    return jax.hessian(lambda xs: last(0.4, xs, w))(xs)


@program(Box(), Box(4), name="vjp in scan")
def _(c, xs):
    def step(c, x):
        y, pullback = jax.vjp(lambda c: jnp.sin(c * x), c)
        return c + pullback(y)[0], y

    return lax.scan(step, c, xs)


@program(Box(), Box(), name="third derivative of forLoop")
def _(x, w):
    f = lambda x: lax.fori_loop(0, 3, lambda _, x: jnp.sin(x * w), x)
    return jax.grad(jax.grad(jax.grad(f)))(x)


@program(Box(4), Box(), name="vmap of grad of cond")
def _(xs, w):
    f = lambda x: lax.cond(x > 0.1, lambda x: jnp.sin(x * w), lambda x: x * x * jnp.exp(w), x)
    return jax.vmap(jax.grad(f))(xs)


@program(Box(), Box(3), name="grad of checkpoint in scan")
def _(c, xs):
    step = jax.checkpoint(lambda c, x: jnp.sin(c * x) + c)
    return jax.grad(lambda c: lax.scan(lambda c, x: (step(c, x), None), c, xs)[0])(c)


@program(Box(low=5, high=9), positive(low=0.4, high=0.7), reverse=False, name="jvp of whileLoop")
def _(x, s):
    f = lambda x: lax.while_loop(lambda x: x > 1, lambda x: jnp.sin(x) * 0.1 + x * s, x)
    return jax.jvp(f, (x,), (s,))[1]


# Running combinations: functions of one element, which JAX wants of many
def running(combine, xs, reverse=False):
    return lax.associative_scan(jax.vmap(combine), xs, reverse=reverse)


@program(Box(5), name="associativeScan: products")
def _(xs):
    return running(lambda a, b: a * b, xs)


@program(Box(6, 2, 2), name="associativeScan: matrix products, in reverse")
def _(xs):
    return running(lambda a, b: a @ b, xs, reverse=True)


@program(Box(7), Box(7), name="associativeScan: a linear recurrence")
def _(a, b):
    return running(lambda f, g: (g[0] * f[0], g[0] * f[1] + g[1]), (a, b))


@program(Box(8), Box(), name="associativeScan: logarithms of sums")
def _(xs, w):
    return running(lambda a, b: jnp.log(jnp.exp(a * w) + jnp.exp(b * w)) / w, xs)


@program(Box(11, 2), Box(2), name="associativeScan: the order of combinations")
def _(xs, w):
    return running(lambda a, b: jnp.sin(a * w) + jnp.cos(b) * a, xs)


@program(Box(10), name="associativeScan: the order of combinations, in reverse")
def _(xs):
    return running(lambda a, b: jnp.sin(a) * b + a, xs, reverse=True)


@program(Box(1, 2), name="associativeScan: one element")
def _(xs):
    return running(lambda a, b: a * b, xs)


@program(Box(3, 5), Box(3), name="vmap of associativeScan")
def _(xs, ws):
    return jax.vmap(lambda x, w: running(lambda a, b: a * b + w * (a + b), x))(xs, ws)


@program(Box(4), Box(3, 4), name="associativeScan in scan")
def _(c, rows):
    def step(c, row):
        y = running(lambda a, b: a * b, jnp.sin(row * c))
        return c + y[-1] * c, y

    return lax.scan(step, c, rows)


@program(Box(6), Box(), name="grad of associativeScan")
def _(xs, w):
    return jax.grad(lambda xs, w: jnp.sum(running(lambda a, b: a * b * w, xs) ** 2), (0, 1))(xs, w)


document = {
    "generator": "test/golden/control.py",
    "versions": {
        "python": platform.python_version(),
        "jax": jax.__version__,
        "jaxlib": jaxlib.__version__,
        "numpy": np.__version__,
    },
    "entries": ENTRIES,
}
text = json.dumps(document, separators=(",", ":"), allow_nan=False)
Path(__file__).with_name("control.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
print(len(ENTRIES), "entries")
