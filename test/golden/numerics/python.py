"""Writes python.json: what JAX and PyTorch answer to the rows of the numeric specification, in f32.

    python test/golden/numerics/python.py [output file]

Asks whichever of the two is installed and keeps the other's answers; run it in two environments to make both anew. A cell is a list
of numbers in their shortest form, "error" where the library raises, and is missing where it has no such function. The rows are those of
`test/numeric/rows`.
"""
import json
import math
import platform
import sys
import warnings
from pathlib import Path

import numpy as np

inf, nan = math.inf, math.nan
warnings.filterwarnings("ignore")
OUT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "python.json")


def shortest(x):
    return str(x) if np.asarray(x).dtype.kind in "iub" else str(np.float32(x)) if np.asarray(x).dtype == np.float32 else repr(float(x))


def cell(ask):
    """The numbers of an answer, or that there is none."""
    try:
        answers = ask()
        answers = answers if isinstance(answers, (list, tuple)) else [answers]
        return [shortest(v) for a in answers for v in np.ravel(np.asarray(a))]
    except Exception:  # whatever a library raises is its answer
        return "error"


def jax_cells():
    import jax
    import jax.numpy as n
    import jaxlib
    import optax
    from jax import grad, nn
    from jax.scipy.special import logsumexp

    f = lambda *xs: n.array(xs, dtype=n.float32)
    s = lambda x: n.float32(x)
    d = lambda g, *xs: grad(lambda x: n.sum(g(x)))(f(*xs))
    both = lambda g, a, b: grad(g, (0, 1))(s(a), s(b))
    pool = lambda x: jax.lax.reduce_window(x, -inf, jax.lax.max, (2,), (2,), "VALID")
    silu, mish = nn.silu, nn.mish
    cos = lambda a, b: optax.losses.cosine_similarity(a, b)
    hvp = lambda g, x: grad(grad(g))(s(x))
    cells = {
        "1": lambda: nn.softmax(f(1000, 1001)),
        "2": lambda: nn.softmax(f(-inf, -inf)),
        "3": lambda: logsumexp(f(-inf, -inf)),
        "3 gradient": lambda: d(logsumexp, -inf, -inf),
        "4": lambda: nn.sigmoid(f(1000, -1000)),
        "5": lambda: d(nn.sigmoid, -1000, -89),
        "6": lambda: nn.softplus(s(1000)),
        "6 gradient": lambda: d(nn.softplus, 1000),
        "7": lambda: nn.softplus(s(-20)),
        "8": lambda: nn.log_sigmoid(s(-1000)),
        "9": lambda: [d(silu, -1000), d(mish, 1000)],
        "10": lambda: n.tanh(s(1e-5)),
        "11": lambda: n.log1p(s(1e-10)),
        "12": lambda: n.expm1(s(1e-10)),
        "13": lambda: n.log(s(1.0001)),
        "14 logits": lambda: optax.losses.sigmoid_binary_cross_entropy(s(-1000), s(1)),
        "15": lambda: optax.losses.softmax_cross_entropy(f(0, -inf), f(1, 0)),
        "15 gradient": lambda: grad(lambda x: optax.losses.softmax_cross_entropy(x, f(1, 0)))(f(0, -inf)),
        "16": lambda: optax.losses.kl_divergence(n.log(f(0.5, 0.5)), f(0, 1)),
        "17": lambda: d(n.sqrt, 0),
        "18": lambda: d(n.linalg.norm, 0, 0),
        "19": lambda: d(n.std, 2, 2, 2),
        "20": lambda: grad(lambda a: cos(a, f(1, 2)))(f(0, 0)),
        "21": lambda: d(n.abs, 0),
        "22": lambda: d(nn.relu, 0),
        "23": lambda: both(n.maximum, 1, 1),
        "24": lambda: d(n.max, 1, 1, 0),
        "25": lambda: d(pool, 1, 1),
        "26": lambda: d(lambda x: n.where(x > 0, n.sqrt(x), 0), 0, 4),
        "27": lambda: [n.power(s(0), s(0)), *both(n.power, 0, 0)],
        "28": lambda: d(lambda x: n.power(x, 2), 0),
        "29": lambda: both(n.power, -2, 3),
        "30": lambda: both(n.divide, 0, 0),
        "31": lambda: d(n.prod, 0, 2, 3),
        "32": lambda: d(n.cumprod, 0, 2),
        "33": lambda: both(n.arctan2, 0, 0),
        "34": lambda: n.hypot(s(1e30), s(1e30)),
        "35": lambda: d(n.sinc, 0),
        "36": lambda: n.sum(n.full(10**7, 0.1, n.float32)),
        "37": lambda: n.dot(n.full(10**5, 0.1, n.float32), n.ones(10**5, n.float32)),
        "38": lambda: n.argmax(f(1, nan, 3)),
        "39": lambda: n.maximum(f(nan, 1), f(1, nan)),
        "40": lambda: n.max(n.zeros(0, n.float32)),
        "41": lambda: n.mean(n.zeros(0, n.float32)),
        "42": lambda: [n.sum(n.zeros(0)), *n.ravel(n.zeros((2, 0)) @ n.zeros((0, 3)))],
        "43": lambda: n.take(f(1, 2, 3), 5),
        "43 negative": lambda: n.take(f(1, 2, 3), -1),
        "44": lambda: [n.int32(2147483647) + n.int32(1), n.int32(65536) * n.int32(65536)],
        "45": lambda: f(nan, 1e20, -1e20).astype(n.int32),
        "46": lambda: n.array([7], n.int32) // n.array([0], n.int32),
        "47": lambda: n.sign(f(-0.0, nan)),
        "48": lambda: 1 / f(-0.0),
        "49": lambda: jax.jit(lambda x: x * 1.5)(f(1e-40)),
        "50": lambda: n.round(f(0.5, 1.5, 2.5)),
        "51": lambda: n.mean(n.array([1, 2], n.int32)),
        "52": lambda: jax.jvp(lambda x: n.remainder(x, 3), (s(5),), (s(1),)),
        "53": lambda: [hvp(g, 0.5) for g in (n.tanh, n.exp, nn.sigmoid)],
        "54": lambda: grad(lambda x: x * 2)(f(1, 2)),
        "55": lambda: grad(lambda x: s(1))(s(2)),
        "56": lambda: d(nn.elu, 1000),
        "57": lambda: n.linalg.norm(f(1e-30, 1e-30)),
        "58": lambda: d(n.linalg.norm, 1e-19, 1e-19),
        "59": lambda: nn.softmax(f(1, 2), where=n.array([False, False])),
        "F1": lambda: [n.std(f(1e30, -1e30)), *d(n.std, 1e-30, -1e-30)],
        "F2": lambda: jax.random.uniform(jax.random.key(0), (4096,), n.float32, 1e6, 1e6 + 1).max(),
        "F3": lambda: [*d(nn.sigmoid, 20, -20), *d(n.tanh, 9.01), hvp(nn.softplus, 40)],
        "F4": lambda: [hvp(n.arcsin, 1e-8), hvp(n.tanh, 1e-8)],
        "F5": lambda: [*d(lambda x: n.square(n.sqrt(x)), 0), *d(lambda x: n.exp(n.log(x)), 0), *d(lambda x: 1 / (1 / x), 0)],
        "F5 zero": lambda: d(lambda x: x * n.log(x), 0),
        "F6": lambda: both(n.hypot, 1e-40, 1e-40),
        "F7c": lambda: d(lambda x: n.log(nn.sigmoid(x)), -90),
        "F7d": lambda: grad(n.prod)(n.concatenate([f(0, 0), n.full(98, 3, n.float32)]))[:2],
        "F12": lambda: optax.adam(1, eps=1e-60).update(f(0), optax.adam(1, eps=1e-60).init(f(1)))[0],
    }
    versions = {"jax": jax.__version__, "jaxlib": jaxlib.__version__, "optax": optax.__version__}
    return versions, {k: cell(ask) for k, ask in cells.items()}


def torch_cells():
    import torch
    import torch.nn.functional as F

    def f(*xs):
        return torch.tensor(xs, dtype=torch.float32)

    def d(g, *xs):
        x = f(*xs).requires_grad_()
        return torch.autograd.grad(g(x).sum(), x)[0]

    def both(g, a, b):
        xs = [torch.tensor(float(v)).requires_grad_() for v in (a, b)]
        return torch.autograd.grad(g(*xs), xs)

    def second(g, v):
        x = torch.tensor(float(v)).requires_grad_()
        (first,) = torch.autograd.grad(g(x), x, create_graph=True)
        return torch.autograd.grad(first, x)[0]

    def stepped():
        p = f(1).requires_grad_()
        p.grad = f(0)
        torch.optim.Adam([p], lr=1, eps=1e-60).step()
        return p.detach() - 1

    std = lambda x: torch.std(x, correction=0)
    lse = lambda x: torch.logsumexp(x, 0)
    ce = lambda x: F.cross_entropy(x, f(1, 0))
    attention = lambda: torch.softmax(f(1, 2).masked_fill(torch.tensor([True, True]), -inf), 0)
    joined = lambda: torch.cat([f(0, 0), torch.full((98,), 3.0)]).requires_grad_()

    def product():
        x = joined()
        return torch.autograd.grad(x.prod(), x)[0][:2]

    cells = {
        "1": lambda: torch.softmax(f(1000, 1001), 0),
        "2": lambda: torch.softmax(f(-inf, -inf), 0),
        "3": lambda: lse(f(-inf, -inf)),
        "3 gradient": lambda: d(lse, -inf, -inf),
        "4": lambda: torch.sigmoid(f(1000, -1000)),
        "5": lambda: d(torch.sigmoid, -1000, -89),
        "6": lambda: F.softplus(f(1000)),
        "6 gradient": lambda: d(F.softplus, 1000),
        "7": lambda: F.softplus(f(-20)),
        "8": lambda: F.logsigmoid(f(-1000)),
        "9": lambda: [*d(F.silu, -1000), *d(F.mish, 1000)],
        "10": lambda: torch.tanh(f(1e-5)),
        "11": lambda: torch.log1p(f(1e-10)),
        "12": lambda: torch.expm1(f(1e-10)),
        "13": lambda: torch.log(f(1.0001)),
        "14": lambda: F.binary_cross_entropy(f(0), f(1)),
        "14 logits": lambda: F.binary_cross_entropy_with_logits(f(-1000), f(1)),
        "15": lambda: ce(f(0, -inf)),
        "15 gradient": lambda: d(ce, 0, -inf),
        "16": lambda: F.kl_div(torch.log(f(0.5, 0.5)), f(0, 1), reduction="sum"),
        "17": lambda: d(torch.sqrt, 0),
        "18": lambda: d(torch.linalg.vector_norm, 0, 0),
        "19": lambda: d(std, 2, 2, 2),
        "20": lambda: d(lambda a: F.cosine_similarity(a, f(1, 2), dim=0), 0, 0),
        "21": lambda: d(torch.abs, 0),
        "22": lambda: d(F.relu, 0),
        "23": lambda: both(torch.maximum, 1, 1),
        "24": lambda: d(torch.amax, 1, 1, 0),
        "25": lambda: d(lambda x: F.max_pool1d(x[None], 2), 1, 1),
        "26": lambda: d(lambda x: torch.where(x > 0, torch.sqrt(x), 0), 0, 4),
        "27": lambda: [torch.pow(torch.tensor(0.0), 0.0), *both(torch.pow, 0, 0)],
        "28": lambda: d(lambda x: torch.pow(x, 2), 0),
        "29": lambda: both(torch.pow, -2, 3),
        "30": lambda: both(torch.div, 0, 0),
        "31": lambda: d(torch.prod, 0, 2, 3),
        "32": lambda: d(lambda x: torch.cumprod(x, 0), 0, 2),
        "33": lambda: both(torch.atan2, 0, 0),
        "34": lambda: torch.hypot(f(1e30), f(1e30)),
        "35": lambda: d(torch.sinc, 0),
        "36": lambda: torch.full((10**7,), 0.1).sum(),
        "37": lambda: torch.dot(torch.full((10**5,), 0.1), torch.ones(10**5)),
        "38": lambda: torch.argmax(f(1, nan, 3)),
        "39": lambda: torch.maximum(f(nan, 1), f(1, nan)),
        "40": lambda: torch.max(torch.zeros(0)),
        "41": lambda: torch.mean(torch.zeros(0)),
        "42": lambda: [torch.zeros(0).sum(), *(torch.zeros(2, 0) @ torch.zeros(0, 3)).ravel()],
        "43": lambda: torch.take(f(1, 2, 3), torch.tensor(5)),
        "43 negative": lambda: torch.take(f(1, 2, 3), torch.tensor(-1)),
        "44": lambda: (torch.tensor([2147483647, 65536], dtype=torch.int32) + torch.tensor([1, 0], dtype=torch.int32))[:1].tolist()
        + (torch.tensor([65536], dtype=torch.int32) * 65536).tolist(),
        "45": lambda: f(nan, 1e20, -1e20).to(torch.int32),
        "46": lambda: torch.tensor([7], dtype=torch.int32) // torch.tensor([0], dtype=torch.int32),
        "47": lambda: torch.sign(f(-0.0, nan)),
        "48": lambda: 1 / f(-0.0),
        "49": lambda: f(1e-40) * 1.5,
        "50": lambda: torch.round(f(0.5, 1.5, 2.5)),
        "51": lambda: torch.mean(torch.tensor([1, 2], dtype=torch.int32)),
        "52": lambda: [torch.remainder(f(5), 3), d(lambda x: torch.remainder(x, 3), 5)],
        "53": lambda: [second(g, 0.5) for g in (torch.tanh, torch.exp, torch.sigmoid)],
        "54": lambda: torch.autograd.grad(*(lambda x: (x * 2, x))(f(1, 2).requires_grad_())),
        "55": lambda: torch.autograd.grad(torch.tensor(1.0), torch.tensor(2.0).requires_grad_()),
        "56": lambda: d(F.elu, 1000),
        "57": lambda: torch.linalg.vector_norm(f(1e-30, 1e-30)),
        "58": lambda: d(torch.linalg.vector_norm, 1e-19, 1e-19),
        "59": attention,
        "F1": lambda: [std(f(1e30, -1e30)), *d(std, 1e-30, -1e-30)],
        "F2": lambda: (torch.manual_seed(0), torch.empty(4096).uniform_(1e6, 1e6 + 1).max())[1],
        "F3": lambda: [*d(torch.sigmoid, 20, -20), *d(torch.tanh, 9.01), second(F.softplus, 40)],
        "F4": lambda: [second(torch.asin, 1e-8), second(torch.tanh, 1e-8)],
        "F5": lambda: [*d(lambda x: torch.square(torch.sqrt(x)), 0), *d(lambda x: torch.exp(torch.log(x)), 0), *d(lambda x: 1 / (1 / x), 0)],
        "F5 zero": lambda: d(lambda x: x * torch.log(x), 0),
        "F6": lambda: both(torch.hypot, 1e-40, 1e-40),
        "F7c": lambda: d(lambda x: torch.log(torch.sigmoid(x)), -90),
        "F7d": product,
        "F12": stepped,
    }
    plain = lambda v: v.detach().numpy() if isinstance(v, torch.Tensor) else v

    def plainly(ask):
        def asked():
            answer = ask()
            return [plain(v) for v in answer] if isinstance(answer, (list, tuple)) else plain(answer)

        return asked

    return {"torch": torch.__version__}, {k: cell(plainly(ask)) for k, ask in cells.items()}


def main():
    known = json.loads(OUT.read_text()) if OUT.exists() else {"versions": {}, "jax": {}, "torch": {}}
    for name, ask in (("jax", jax_cells), ("torch", torch_cells)):
        try:
            versions, cells = ask()
        except ModuleNotFoundError as missing:
            print(f"{name}: kept as it was ({missing})")
            continue
        known[name] = cells
        known["versions"] |= versions | {"python": platform.python_version()}
    known["generator"] = "test/golden/numerics/python.py"
    OUT.write_text(json.dumps(known, indent=1) + "\n")


main()
