"""The step time of two models of Vivace in Python's torch, eager and compiled, as a JSON record.

    python3 notebooks/gpu-check.py language --width 768 --layers 12 --heads 12 --context 1024 --batch 16 --json FILE
    python3 notebooks/gpu-check.py vision --channels 64 --batch 512 --json FILE

The arithmetic is that of org.vivace.models.Gpt and org.vivace.models.ResNet9, layer by layer, in autocast to bf16, with
the fused attention and optimizer of this torch; the loss is read in every step, as Vivace's bench reads it. The record
is written once eager steps are measured, and again with compiled ones, in blocks that alternate with eager ones.
"""

import argparse
import inspect
import json
import os
import random
import statistics
import sys
import time

import torch
from torch.nn import functional

sys.dont_write_bytecode = True
from gpu_models import BYTES, CLASSES, COLORS, SIDE, Gpt, ResNet9  # noqa: E402 beside this file

BATCHES = 4
WARM_UP = 5
STEPS_IN_BLOCK = 2
RESAMPLES = 2000


def loss_of(model, data, labels, device):
    with torch.autocast(device.type, dtype=torch.bfloat16):
        logits = model(data)
    return functional.cross_entropy(logits.float().flatten(0, -2), labels.flatten())


def fused_where_possible(optimizer, parameters, device, **settings):
    """The optimizer, and whether it is fused."""
    fused = device.type == "cuda" and "fused" in inspect.signature(optimizer).parameters
    if fused:
        settings["fused"] = True
    return optimizer(parameters, **settings), fused


class Steps:
    """Training steps of a fresh model of one kind, eager or compiled, over a few batches on the device."""

    def __init__(self, options, device, compiled):
        torch.manual_seed(7)
        self.device = device
        self.turn = 0
        if options.model == "language":
            self.model = Gpt(options.width, options.layers, options.heads, options.context).to(device)
            self.optimizer, self.fused = fused_where_possible(
                torch.optim.AdamW, self.model.parameters(), device, lr=1e-3
            )
            shape = (BATCHES, options.batch, options.context)
            self.data = torch.randint(BYTES, shape, device=device)
            self.labels = torch.randint(BYTES, shape, device=device)
        else:
            last = torch.channels_last
            self.model = ResNet9(options.channels).to(device, memory_format=last)
            self.optimizer, self.fused = fused_where_possible(
                torch.optim.SGD, self.model.parameters(), device, lr=0.1, momentum=0.9
            )
            images = torch.randn(BATCHES * options.batch, COLORS, SIDE, SIDE, device=device)
            self.data = images.to(memory_format=last).split(options.batch)
            self.labels = torch.randint(CLASSES, (BATCHES, options.batch), device=device)
        self.called = torch.compile(self.model) if compiled else self.model

    def step(self):
        at = self.turn % BATCHES
        self.turn += 1
        loss = loss_of(self.called, self.data[at], self.labels[at], self.device)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.item()

    def block(self):
        """Nanoseconds of each step of a block, the device waited for."""
        nanos = []
        for _ in range(STEPS_IN_BLOCK):
            await_device(self.device)
            begin = time.perf_counter_ns()
            self.step()
            await_device(self.device)
            nanos.append(time.perf_counter_ns() - begin)
        return nanos


def await_device(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def interleaved(variants, options):
    """Nanoseconds by block of each variant, in blocks that alternate A B, B A; at least three."""
    for steps in variants.values():
        for _ in range(WARM_UP):
            steps.step()
    blocks = {name: [] for name in variants}
    begin = time.monotonic()
    while len(blocks["eager"]) < 3 or (
        STEPS_IN_BLOCK * len(blocks["eager"]) < options.steps and time.monotonic() - begin < options.seconds
    ):
        order = list(variants) if len(blocks["eager"]) % 2 == 0 else list(variants)[::-1]
        for name in order:
            blocks[name].append(variants[name].block())
    return blocks


def interval(blocks):
    """The median step in milliseconds with the 95 % interval of a bootstrap over blocks."""
    draw = random.Random(1)
    medians = sorted(
        statistics.median(nanos for block in draw.choices(blocks, k=len(blocks)) for nanos in block)
        for _ in range(RESAMPLES)
    )
    median = statistics.median(nanos for block in blocks for nanos in block)
    low, high = medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES)]
    return {"median": median / 1e6, "low": min(low, median) / 1e6, "high": max(high, median) / 1e6}


def measured(blocks):
    return [
        {"name": name, "stepMillis": interval(each), "nanos": each} for name, each in blocks.items()
    ]


def write(record, file):
    with open(file + ".new", "w", encoding="utf-8") as out:
        json.dump(record, out, indent=2)
    os.replace(file + ".new", file)


def measure(options, device):
    eager = Steps(options, device, compiled=False)
    lacks = []
    if not eager.fused:
        lacks.append("a fused optimizer")
    if options.model == "language" and not hasattr(functional, "scaled_dot_product_attention"):
        lacks.append("a fused attention")
    if not hasattr(torch, "compile"):
        lacks.append("torch.compile")
    record = {
        "kind": "torch",
        "command": "python3 notebooks/gpu-check.py " + " ".join(sys.argv[1:]),
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "workload": options.model,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "machine": {
            "device": "gpu%d" % device.index if device.type == "cuda" else "cpu",
            "name": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        },
        "settings": {
            name: value
            for name, value in sorted(vars(options).items())
            if name not in ("model", "json", "device", "weights", "steps", "seconds") and value is not None
        },
        "parameters": sum(parameter.numel() for parameter in eager.model.parameters()),
        "firstLoss": eager.step(),
        "lacks": lacks,
    }
    record["variants"] = measured(interleaved({"eager": eager}, options))
    write(record, options.json)
    if hasattr(torch, "compile"):
        variants = {"eager": eager, "compiled": Steps(options, device, compiled=True)}
        record["variants"] = measured(interleaved(variants, options))
        write(record, options.json)
    return record


def loss_at(options):
    """The loss in fp32 of the weights, data and labels of a file, for a comparison with the Java model."""
    with open(options.weights, encoding="utf-8") as text:
        given = json.load(text)
    if options.model == "language":
        model = Gpt(options.width, options.layers, options.heads, options.context)
        data = torch.tensor(given["data"], dtype=torch.int64).view(given["shape"])
    else:
        model = ResNet9(options.channels)
        data = torch.tensor(given["data"], dtype=torch.float32).view(given["shape"])
    parameters = model.in_java_order()
    if [list(parameter.shape) for parameter in parameters] != given["shapes"]:
        shapes = [list(parameter.shape) for parameter in parameters]
        sys.exit("gpu-check: expected weights of shapes %s, got %s: correct the model" % (shapes, given["shapes"]))
    with torch.no_grad():
        for parameter, values in zip(parameters, given["weights"]):
            parameter.copy_(torch.tensor(values).view(parameter.shape))
        logits = model(data)
        labels = torch.tensor(given["labels"], dtype=torch.int64).flatten()
        return functional.cross_entropy(logits.flatten(0, -2), labels).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    models = parser.add_subparsers(dest="model", required=True)
    language = models.add_parser("language", help="the decoder")
    for name in ("--width", "--layers", "--heads", "--context"):
        language.add_argument(name, type=int, required=True)
    vision = models.add_parser("vision", help="ResNet-9")
    vision.add_argument("--channels", type=int, required=True)
    for model in (language, vision):
        model.add_argument("--batch", type=int, required=True)
        model.add_argument("--device", default="gpu0", help="gpu0 or cpu (default: gpu0)")
        model.add_argument("--steps", type=int, default=36, help="of each variant (default: 36)")
        model.add_argument("--seconds", type=float, default=30, help="at most (default: 30)")
        model.add_argument("--weights", help="only print the loss at the weights of this file, in fp32")
        model.add_argument("--json", help="write the record here")
    options = parser.parse_args()
    if options.weights:
        print(loss_at(options))
        return
    if not options.json:
        sys.exit("gpu-check: expected --json FILE, got none: say where the record goes")
    if options.device == "cpu":
        device = torch.device("cpu")
    elif torch.cuda.is_available():
        device = torch.device("cuda", 0)
    else:
        sys.exit("gpu-check: expected a GPU that torch sees, found none: give --device cpu or install torch for CUDA")
    record = measure(options, device)
    for variant in record["variants"]:
        millis = variant["stepMillis"]
        print("%s: %.3g ms a step (%.3g-%.3g)" % (variant["name"], millis["median"], millis["low"], millis["high"]))
    for missing in record["lacks"]:
        print("torch %s on %s lacks %s" % (record["torch"], record["machine"]["device"], missing))


if __name__ == "__main__":
    main()
