"""Makes words.bin from the models of lingua-language-detector 1.4.2 (Apache-2.0). See MODEL-CARD.md.

    python3 -m venv venv && venv/bin/pip install lingua-language-detector==1.4.2 brotli==1.2.1
    venv/bin/python make_words.py        # run in this folder; writes words.bin and prints its SHA-256
"""

import hashlib
import importlib.util
import io
import json
import math
import pathlib
import struct

import brotli

ORDERS = ["unigrams", "bigrams", "trigrams", "quadrigrams"]
LEAST = [1e-4, 1e-4, 1e-4, 1e-4]  # of a run among all runs of its length: rarer ones are left out
STEP = 0.05  # of a natural logarithm, for one unit of a weight


def runs(folder):
    """The runs of a language that are common enough, with their logarithms over that of a run that was left out."""
    before = {"": 1.0}
    for order, (name, least) in enumerate(zip(ORDERS, LEAST), 1):
        file = folder / (name + ".json.br")
        if not file.exists():
            return
        now = {}
        for fraction, joined in json.loads(brotli.decompress(file.read_bytes()))["ngrams"].items():
            above, below = fraction.split("/")
            for run in joined.split(" "):
                # The files have the chance of the last letter after the others.
                chance = int(above) / int(below) * before.get(run[:-1] if order > 1 else "", 0.0)
                if chance > least / 30:
                    now[run] = chance
        for run, chance in now.items():
            if chance >= least:
                yield run, math.log(chance) - math.log(least / 3)
        before = now


def main():
    package = pathlib.Path(importlib.util.find_spec("lingua").origin).parent / "language-models"
    languages = sorted(folder.name for folder in package.iterdir() if (folder / "unigrams.json.br").exists())
    weights = {}
    for index, language in enumerate(languages):
        for run, weight in runs(package / language):
            weights.setdefault(run, []).append((index, min(255, max(1, round(weight / STEP)))))
    out = io.BytesIO()
    out.write(struct.pack("<II", len(languages), len(weights)))
    for language in languages:
        out.write(language.encode().ljust(4, b"\0"))
    for run in sorted(weights):
        key = run.encode()
        out.write(struct.pack("<BB", len(key), len(weights[run])) + key)
        for pair in weights[run]:
            out.write(bytes(pair))
    pathlib.Path("words.bin").write_bytes(out.getvalue())
    print(len(languages), "languages,", len(weights), "runs,", len(out.getvalue()), "bytes,", hashlib.sha256(out.getvalue()).hexdigest())


if __name__ == "__main__":
    main()
