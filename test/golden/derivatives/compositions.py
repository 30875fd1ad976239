"""Writes compositions.json: derivatives of compositions where the chain rule meets 0 times infinity, or leaves the range on the way.

    python test/golden/derivatives/compositions.py [output file]

Each row has the true derivative of `sum(f(x))` (a limit where there is one, else null: it has none, or the documented one
is a convention), and what JAX gives for the same program. PyTorch is asked where it is installed.
"""
import json
import math
import platform
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import mpmath
from mpmath import mp, mpf

mp.prec = 1000

inf = math.inf
# name: (f by the functions of a library, point, dtype, true derivative at each element)
ROWS = [
    ("square(sqrt(x))", lambda n, x: n.square(n.sqrt(x)), [0.0, 4.0], "f64", [1, 1]),
    ("sqrt(x) * sqrt(x)", lambda n, x: n.sqrt(x) * n.sqrt(x), [0.0, 4.0], "f64", [1, 1]),
    ("exp(log(x))", lambda n, x: n.exp(n.log(x)), [0.0, 2.0], "f64", [1, 1]),
    ("log(exp(x))", lambda n, x: n.log(n.exp(x)), [-90.0, 2.0, 80.0], "f32", [1, 1, 1]),
    ("1 / (1 / x)", lambda n, x: 1 / (1 / x), [0.0, 1e-320, 3.0], "f64", [1, 1, 1]),
    ("3 / (2 / x)", lambda n, x: 3 / (2 / x), [0.0, 3.0], "f64", [1.5, 1.5]),
    ("reciprocal(reciprocal(x))", lambda n, x: n.reciprocal(n.reciprocal(x)), [0.0, 3.0], "f64", [1, 1]),
    ("square(pow(x, 0.5))", lambda n, x: n.square(n.pow(x, 0.5)), [0.0, 4.0], "f64", [1, 1]),
    ("square(pow(x, 1.5))", lambda n, x: n.square(n.pow(x, 1.5)), [0.0, 2.0], "f64", [0, 12]),
    ("square(pow(x, 0.25))", lambda n, x: n.square(n.pow(x, 0.25)), [0.0, 4.0], "f64", [inf, 0.25]),
    ("sqrt(square(x)) beside 0", lambda n, x: n.sqrt(n.square(x)), [-3.0, 1e-30], "f32", [-1, 1]),
    ("sqrt(x * x) beside 0", lambda n, x: n.sqrt(x * x), [-3.0, 1e-30], "f32", [-1, 1]),
    ("log(logistic(x))", lambda n, x: n.log(n.logistic(x)), [-100.0, -90.0, 0.0], "f32", "1 / (1 + exp(x))"),
    ("log(erfc(x))", lambda n, x: n.log(n.erfc(x)), [9.0, 9.25], "f32", "-2 / sqrt(pi) * exp(-x * x) / erfc(x)"),
    ("log(tanh(x))", lambda n, x: n.log(n.tanh(x)), [1e-40, 1.0], "f64", "2 / sinh(2 * x)"),
    ("log(square(x))", lambda n, x: n.log(n.square(x)), [1e-150, 2.0], "f64", "2 / x"),
    ("log(cosh(x))", lambda n, x: n.log(n.cosh(x)), [0.0, 80.0, -80.0], "f32", "tanh(x)"),
    ("-softplus(-x)", lambda n, x: -n.softplus(-x), [-1000.0, 40.0], "f64", "1 / (1 + exp(x))"),
    ("(x / 1e-310) * 1e-310", lambda n, x: (x / 1e-310) * 1e-310, [1e-310, 1.0], "f64", [1, 1]),
    ("(1e-310 / x) * x", lambda n, x: (1e-310 / x) * x, [1e-310, 3.0], "f64", [0, 0]),
    ("x * log(x)", lambda n, x: x * n.log(x), [2.0, 1e-300], "f64", "log(x) + 1"),
    ("where(x > 0, sqrt(x), 0)", lambda n, x: n.where(x > 0, n.sqrt(x), 0 * x), [0.0, 4.0], "f64", [0, 0.25]),
    ("where(x > 0, log(x), 0)", lambda n, x: n.where(x > 0, n.log(x), 0 * x), [0.0, 4.0], "f64", [0, 0.25]),
    ("where(x > 0, 1 / x, 0)", lambda n, x: n.where(x > 0, 1 / x, 0 * x), [0.0, 4.0], "f64", [0, -0.0625]),
    ("where(x > 0, square(sqrt(x)) * 2, 0)", lambda n, x: n.where(x > 0, n.square(n.sqrt(x)) * 2, 0 * x), [0.0, 4.0], "f64", [0, 2]),
    ("where(x < 800, x, x * exp(x))", lambda n, x: n.where(x < 800, x, x * n.exp(x)), [0.0, 700.0], "f64", [1, 1]),
    ("max(sqrt(x), 1)", lambda n, x: n.maximum(n.sqrt(x), 1 + 0 * x), [0.0, 4.0], "f64", [0, 0.25]),
    ("square(norm(x))", lambda n, x: n.square(n.norm(x)), [0.0, 0.0], "f64", [0, 0]),
    ("norm(x) * norm(x)", lambda n, x: n.norm(x) * n.norm(x), [3.0, 4.0], "f64", [6, 8]),
    ("pow(norm(x), 2)", lambda n, x: n.pow(n.norm(x), 2.0), [0.0, 0.0], "f64", [0, 0]),
    ("exp(-square(norm(x)))", lambda n, x: n.exp(-n.square(n.norm(x))), [0.0, 0.0], "f64", [0, 0]),
    ("norm(x), smallest", lambda n, x: n.norm(x), [3e-42, 4e-42], "f32", "unit"),
    ("norm(x), largest", lambda n, x: n.norm(x), [1.5e38, 2e38], "f32", "unit"),
    ("hypot(x, x)", lambda n, x: n.hypot(x, x), [1e-310, 1e300], "f64", "sqrt(2)"),
    ("atan2(x, x + x)", lambda n, x: n.atan2(x, x + x), [1e-300, 2.0], "f64", [0, 0]),
    ("prod(x) of zeros and many threes", lambda n, x: n.prod(x), [0.0, 0.0] + [3.0] * 98, "f32", [0] * 100),
    ("prod(x) of one zero", lambda n, x: n.prod(x), [0.0, 2.0, 3.0], "f64", [6, 0, 0]),
    ("square(log(exp(x) + 1))", lambda n, x: n.square(n.log1p(n.exp(x))), [0.0, 1.0], "f64", "2 * log(1 + exp(x)) / (1 + exp(-x))"),
    ("sqrt(sqrt(x)) to the fourth", lambda n, x: n.square(n.square(n.sqrt(n.sqrt(x)))), [1.0, 4.0], "f64", [1, 1]),
    ("asin(sin(x))", lambda n, x: n.asin(n.sin(x)), [1e-9, 1.0], "f64", [1, 1]),
]


class Jax:
    square, sqrt, exp, log, pow, where, maximum, prod = jnp.square, jnp.sqrt, jnp.exp, jnp.log, jnp.power, jnp.where, jnp.maximum, jnp.prod
    tanh, cosh, hypot, log1p, sin, asin, reciprocal = jnp.tanh, jnp.cosh, jnp.hypot, jnp.log1p, jnp.sin, jnp.arcsin, jnp.reciprocal
    atan2, logistic, erfc, softplus, norm = jnp.arctan2, jax.nn.sigmoid, jax.scipy.special.erfc, jax.nn.softplus, jnp.linalg.norm


def of_jax(f, point, dtype):
    x = jnp.array(point, {"f32": jnp.float32, "f64": jnp.float64}[dtype])
    return [float(g) for g in jax.grad(lambda v: jnp.sum(f(Jax, v)))(x)]


def of_torch(torch, f, point, dtype):
    class Torch:
        square, sqrt, exp, log, pow, where, maximum, prod = torch.square, torch.sqrt, torch.exp, torch.log, torch.pow, torch.where, torch.maximum, torch.prod
        tanh, cosh, hypot, log1p, sin, asin, reciprocal = torch.tanh, torch.cosh, torch.hypot, torch.log1p, torch.sin, torch.asin, torch.reciprocal
        atan2, logistic, erfc, softplus, norm = torch.atan2, torch.sigmoid, torch.erfc, torch.nn.functional.softplus, torch.linalg.norm

    x = torch.tensor(point, dtype={"f32": torch.float32, "f64": torch.float64}[dtype], requires_grad=True)
    f(Torch, x).sum().backward()
    return [float(g) for g in x.grad.tolist()]


def true_of(true, point, dtype):
    if not isinstance(true, str):
        return [float(t) for t in true]
    rounded = [float(jnp.array(p, jnp.float32)) if dtype == "f32" else p for p in point]
    if true == "unit":
        length = mp.sqrt(sum(mpf(p) ** 2 for p in rounded))
        return [float(mpf(p) / length) for p in rounded]
    names = {name: getattr(mp, name) for name in ("exp", "log", "sqrt", "erfc", "sinh", "tanh", "pi")}
    return [float(eval(true, {**names, "x": mpf(p)})) for p in rounded]


def shown(xs):
    return [x if math.isfinite(x) else str(x) for x in xs]


def main():
    jax.config.update("jax_enable_x64", True)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("compositions.json")
    versions = {"python": platform.python_version(), "mpmath": mpmath.__version__, "jax": jax.__version__}
    try:
        import torch

        versions["torch"] = torch.__version__
    except ImportError:
        torch = None
    rows = []
    for name, f, point, dtype, true in ROWS:
        row = {"name": name, "dtype": dtype, "point": point, "true": shown(true_of(true, point, dtype))}
        row["jax"] = shown(of_jax(f, point, dtype))
        if torch is not None:
            row["torch"] = shown(of_torch(torch, f, point, dtype))
        rows.append(row)
    document = {"generator": "test/golden/derivatives/compositions.py", "versions": versions, "rows": rows}
    target.write_text(json.dumps(document, separators=(",", ":")).replace("},{", "},\n{") + "\n")


if __name__ == "__main__":
    main()
