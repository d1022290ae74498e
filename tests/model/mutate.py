#!/usr/bin/env python3
"""Weakens the scheduler's memory orders and fences one at a time and expects a model to fail.

    mutate.py [--jobs N] [--only TEXT] [--list]

Two kinds of mutation:
  orders  every order that a template of sched/ gives to an atomic operation, by every step down that
          the operation permits; the models do that themselves, when told to;
  steps   the list STEPS below, also of the wake-up model: made in a copy of both folders.
One that no model catches must be listed in SURVIVORS with the reason; otherwise the exit status is 1.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNTS = ["50000", "20000"]  # random and bounded schedules for each model

# Which models look at which file.
MODELS = {
    "sched/wait.h": ["wait"],
    "sched/note.h": ["note"],
    "sched/runq.h": ["runq", "wakeup"],
    "sched/startq.h": ["startq"],
    "sched/injectq.h": ["wakeup"],
    "sched/strand.h": ["strand", "syscall"],
    "sched/p.h": ["syscall"],
    "tests/model/wakeup.cpp": ["wakeup"],
}

WEAKER = {
    "load": {"seq_cst": ["acquire", "relaxed"], "acquire": ["relaxed"]},
    "store": {"seq_cst": ["release", "relaxed"], "release": ["relaxed"]},
    "rmw": {
        "seq_cst": ["acq_rel", "acquire", "release", "relaxed"],
        "acq_rel": ["acquire", "release", "relaxed"],
        "acquire": ["relaxed"],
        "release": ["relaxed"],
    },
}

# (file, what is there, what comes instead, a name)
STEPS = [
    ("sched/wait.h", "seen >> kShift == ticket && (seen & kOpen) != 0", "(seen & kOpen) != 0",
     "claim() takes any ticket"),
    ("sched/wait.h", "return (seen & kDelivered) != 0;", "return false;", "leave() does not see the outcome"),
    ("sched/note.h", "if (announce()) Futex::wait(word_, kWaiting, -1);", "Futex::wait(word_, kEmpty, -1);",
     "sleep() does not say that it waits"),
    ("sched/note.h", "{ return word_.exchange(kEmpty, Atomics::acq_rel) == kSet; }",
     "{ word_.exchange(kEmpty, Atomics::acq_rel); return false; }", "give_up() forgets the wake"),
    ("sched/runq.h", """        slot(tail).store(item, Atomics::relaxed);
        tail_.store(tail + 1, Atomics::release);
""", """        tail_.store(tail + 1, Atomics::release);
        slot(tail).store(item, Atomics::relaxed);
""", "put() publishes before it stores"),
    ("sched/runq.h", """    for (uint32_t i = 0; i < half; ++i) batch[i] = slot(head + i).load(Atomics::relaxed);
    if (!head_.compare_exchange_strong(head, head + half, Atomics::acq_rel)) return false;
""", """    if (!head_.compare_exchange_strong(head, head + half, Atomics::acq_rel)) head = head_.load(Atomics::relaxed);
    for (uint32_t i = 0; i < half; ++i) batch[i] = slot(head + i).load(Atomics::relaxed);
""", "spill() takes what thieves have taken"),
    ("sched/runq.h", "if (tail == tail_.load(Atomics::seq_cst)) return", "return",
     "empty() does not look at the tail again"),
    ("sched/startq.h", "if (!change(seen, head, tail, kTurning)) return false;", "", "turn() does not lock thieves out"),
    ("sched/startq.h", "(seen & kTurning) == 0;", ";", "grab() does not see that a batch is turned"),
    ("sched/startq.h", "changes_of(seen) + 1) | turning", "changes_of(seen)) | turning", "changes are not counted"),
    ("sched/strand.h", "!(none && word_", "!(word_", "release() forgets the holder's lists"),
    ("sched/strand.h", "word_.compare_exchange_strong(seen, kIdle, Atomics::release))",
     "(word_.exchange(kIdle, Atomics::release), seen == kOwned))", "release() forgets the inbox"),
    ("sched/strand.h", "compare_exchange_weak(seen, kOwned, Atomics::acquire)",
     "compare_exchange_weak(seen, seen, Atomics::acquire)", "push() leaves the strand at rest"),
    ("sched/strand.h", "if ((seen & kStateMask) != kOwned) {", "if ((seen & kStateMask) == kIdle) {",
     "push() does not tell who takes a strand from the spent"),
    ("sched/strand.h", "woken_.head == nullptr && word_.compare_exchange_strong(seen, kSpent, Atomics::release)",
     "(word_.exchange(kSpent, Atomics::release), seen == kOwned)", "release_spent() forgets the inbox"),
    ("sched/p.h", "((seen >> 2) + 1) << 2 | to", "(seen >> 2) << 2 | to", "changes are not counted"),
    ("tests/model/wakeup.cpp", """  void wakep() {
    Atomics::fence_seq_cst();
""", """  void wakep() {
""", "no fence in wakep()"),
    ("tests/model/wakeup.cpp", """    if (m.spinning) stop_spinning(m);
    Atomics::fence_seq_cst();
""", """    if (m.spinning) stop_spinning(m);
""", "no fence in look_again()"),
    ("tests/model/wakeup.cpp", """    if (m.spinning) stop_spinning(m);
    Atomics::fence_seq_cst();
    if (!anything_queued()) return false;
""", """    Atomics::fence_seq_cst();
    bool found = anything_queued();
    if (m.spinning) stop_spinning(m);
    if (!found) return false;
""", "look_again() stops spinning only after the look"),
    ("tests/model/wakeup.cpp", "if (m.spinning) looked_enough(m);", "if (m.spinning) stop_spinning(m);",
     "who found something does not wake the next"),
    ("tests/model/wakeup.cpp", """    stop_spinning(m);
    Atomics::fence_seq_cst();
    if (anything_queued()) wakep();
""", """    Atomics::fence_seq_cst();
    bool found = anything_queued();
    stop_spinning(m);
    if (found) wakep();
""", "who found something looks whether there is more before it stops spinning"),
    ("tests/model/wakeup.cpp", "    if (n > 1) wakep();\n", "", "take_global() wakes nobody for the rest"),
    ("tests/model/wakeup.cpp", "if (m.p == nullptr && !look_again(m)) return nullptr;",
     "if (m.p == nullptr) { if (m.spinning) stop_spinning(m); return nullptr; }", "no second look"),
]

# What no model needs to catch: (file, part of the line, orders, reason).
ANY = ("acq_rel", "acquire", "release", "relaxed")
SURVIVORS = [
    ("sched/wait.h", "uint64_t seen = word_.load(Atomics::seq_cst); ->", ("acquire", "relaxed"),
     "claim(): the ticket was got with acquire, and the exchange looks again"),
    ("sched/wait.h", "compare_exchange_weak(seen, seen & ~kOpen", ANY,
     "who got the ticket has acquired open(); who finds it claimed reads nothing before deliver()"),
    ("sched/note.h", "word_.exchange(kSet", ("release",), "the waker reads nothing; later wakes keep its release"),
    ("sched/note.h", "compare_exchange_strong(set, kEmpty", ("acquire",), "the sleeper writes nothing for wakers"),
    ("sched/note.h", "compare_exchange_strong(seen, kWaiting", ANY, "consume() follows and has the order"),
    ("sched/note.h", "give_up()", ("acquire",), "the sleeper writes nothing for wakers"),
    ("sched/runq.h", "uint32_t head = head_.load(Atomics::acquire);", ("relaxed",),
     "a slot is not refilled before its thief has read it: Relacy never lets a load see a later store"),
    ("sched/runq.h", "head + 1, Atomics::acq_rel", ("release",), "the owner has put what it gets"),
    ("sched/runq.h", "head + half, Atomics::acq_rel", ANY, "the owner takes what it has put; as head_.load above"),
    ("sched/runq.h", "head + n, Atomics::acq_rel", ANY, "tail_ was loaded with acquire; as head_.load above"),
    ("sched/runq.h", "next_.exchange(item", ("acq_rel", "release"), "the fence in wakep(); the owner put what it moves"),
    ("sched/runq.h", "next_.exchange(nullptr", ("release",), "the owner has put what it takes"),
    ("sched/runq.h", "next_.compare_exchange_strong", ("acquire",), "put_next()'s release goes on in it"),
    ("sched/runq.h", "Atomics::seq_cst); ->", ("acquire", "relaxed"), "empty(): head and tail are loaded after a fence"),
    ("sched/runq.h", "T* next = next_.load(Atomics::seq_cst);", ("acquire",), "empty() comes after a fence"),
    ("sched/runq.h", "if (tail == tail_.load(Atomics::seq_cst))", ("acquire", "relaxed"), "next_ was loaded with acquire"),
    ("sched/startq.h", "size_of(word_.load(Atomics::seq_cst))", ("acquire", "relaxed"), "empty() comes after a fence"),
    ("sched/injectq.h", "size_.load(Atomics::seq_cst)", ("acquire", "relaxed"), "the fence, and the lock"),
    ("sched/p.h", "Word word()", ("relaxed",), "retake() acquires too; both relaxed are caught, as a data race"),
    ("sched/p.h", "seen - Syscall + Running", ANY, "sysmon's word() acquires too; become() releases later"),
]


def why_not(name):
    """Why the mutation of this name may survive, or None."""
    for file, part, orders, reason in SURVIVORS:
        order = name.partition(" -> ")[2].split(" ")[0]
        if name.startswith(file) and part in name and order in orders:
            return reason
    return None


def operation_at(text, at):
    """The name of the function call that the argument at `at` belongs to."""
    depth = 0
    for i in range(at, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            if depth == 0:
                return re.search(r"(\w+)$", text[:i]).group(1)
            depth -= 1
    return ""


def order_mutations(file):
    text = (ROOT / file).read_text()
    seen = {}
    for match in re.finditer(r"Atomics::(acquire|release|acq_rel|seq_cst)\b", text):
        name = operation_at(text, match.start())
        kind = name if name in ("load", "store") else "rmw"
        start = text.rfind("\n", 0, match.start()) + 1
        line = text[start:text.find("\n", match.start())].strip()
        call = text.rfind(name, 0, match.start())
        for weaker in WEAKER[kind][match.group(1)]:
            label = f"{file}: {line} -> {weaker}"
            seen[label] = seen.get(label, 0) + 1
            if seen[label] > 1:
                label += f" #{seen[label]}"
            yield label, file, f"{file}:{text.count(chr(10), 0, call) + 1}:{weaker}"


def mutations():
    for file in MODELS:
        if file.startswith("sched/"):
            yield from order_mutations(file)
    for file, old, new, name in STEPS:
        text = (ROOT / file).read_text()
        if text.count(old) != 1:
            sys.exit(f"{file}: this is there {text.count(old)} times, not once:\n{old}")
        yield f"{file}: {name}", file, (old, new)


def copy_tree(to):
    for folder in ("sched", "tests/model"):
        shutil.copytree(ROOT / folder, to / folder)


def build(model, tree):
    program = tree / model
    subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-O1", "-w", "-DLAGOON_MODEL=1", f"-I{tree}",
                    str(tree / "tests/model" / f"{model}.cpp"), "-o", str(program)], check=True)
    return program


def failure(program, extra=()):
    """What a run fails with, or None."""
    done = subprocess.run([program, *COUNTS, *extra], capture_output=True, text=True)
    if done.returncode == 0:
        return None
    lines = done.stdout.splitlines()
    at = next((i for i, line in enumerate(lines) if line.startswith("iteration: ")), None)
    if at is None:
        return f"{program.name} exits with {done.returncode}"
    claims = re.findall(r"^([A-Z]\w+(?:<.*?>)?):", "\n".join(lines[:at]), re.MULTILINE)
    return f"{program.name}, {claims[-1]}: {lines[at - 1]}; {lines[at]}"


def caught_by(file, change, built):
    """How the first model that fails does so, or None."""
    if isinstance(change, str):
        return next(filter(None, (failure(built[model], [change]) for model in MODELS[file])), None)
    with tempfile.TemporaryDirectory() as tmp:
        tree = pathlib.Path(tmp)
        copy_tree(tree)
        (tree / file).write_text((tree / file).read_text().replace(*change))
        return next(filter(None, (failure(build(model, tree)) for model in MODELS[file])), None)


def report(chosen, built, jobs):
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for (name, *_), by in zip(chosen, pool.map(lambda m: caught_by(m[1], m[2], built), chosen)):
            if by is None:
                reason = why_not(name)
                bad += reason is None
                by = f"survives: {reason or 'NOT EXPECTED'}"
            print(f"{name}\n    {by}", flush=True)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="mutations whose name contains this")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    chosen = [m for m in mutations() if args.only in m[0]]
    if args.list:
        return print("\n".join(m[0] for m in chosen))
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        tree = pathlib.Path(tmp)
        copy_tree(tree)
        needed = sorted({model for _, file, change in chosen if isinstance(change, str) for model in MODELS[file]})
        built = {model: build(model, tree) for model in needed}
        bad = report(chosen, built, args.jobs)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
