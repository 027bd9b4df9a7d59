"""What the contenders in Python share: data and checksum as in `benches/common`, and measuring."""

import sys
import time
from dataclasses import dataclass

MASK = (1 << 64) - 1
INSERTS = ("insert-rows", "insert-plain", "insert-one")
LONG = 0.7


@dataclass
class Work:
    """A work item and its size."""

    item: str
    students: int
    times: int

    def range(self, turn):
        """The keys that a request asks for: above the first, up to the second."""
        low = spread(turn) % max(self.students - 100, 1)
        return low, low + 100

    def key(self, turn):
        """The key that is looked up in this place."""
        return spread(turn) % self.students + 1


def spread(turn):
    return turn * 7_919 + 13


# The checksum: a sum without limits here, and cut to 64 bits where it is printed.


def text(value):
    data = value.encode()
    return len(data) * 131 + data[0] * 7 + data[-1]


def student(row):
    return link(row.id, text(row.first_name) * 3 + text(row.last_name)) + (row.department_id or 0)


def link(key, to):
    return (key * 31 + 7) * to


def new_students(number):
    """The fields of the students that are inserted."""
    random = Random(2)
    students = []
    for _ in range(number):
        first_name, last_name = random.word(2), random.word(3)
        department = random.below(20) + 1
        department_id = department if random.below(20) > 0 else None
        students.append({"first_name": first_name, "last_name": last_name, "department_id": department_id})
    return students


class Random:
    """A pseudo-random sequence (split-mix, 64 bits)."""

    SYLLABLES = ("an", "be", "cor", "da", "el", "fin", "go", "hil", "ka", "lo", "mer", "no", "ra", "sto", "ul", "ve")

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def below(self, bound):
        return self.next() % bound

    def word(self, syllables):
        word = "".join(self.SYLLABLES[self.next() % 16] for _ in range(syllables))
        return word[0].upper() + word[1:]


def main(open_contender):
    """Times the work that the arguments name, or counts its statements.

    `script [--counting] contender item students times seconds database`
    """
    args = sys.argv[1:]
    counting = args[0] == "--counting"
    _, item, students, times, seconds, database = args[counting:]
    work = Work(item, int(students), int(times))
    contender = open_contender(database)
    if counting:
        count(contender, work)
    else:
        measure(contender, work, float(seconds))


def measure(contender, work, seconds):
    contender.prepare(work)
    start = time.perf_counter_ns()
    checksum = contender.run(work) & MASK
    first = time.perf_counter_ns() - start
    print("checksum", checksum)
    print_peak()
    if first > LONG * 1e9:
        print("time", first)
        return
    began, runs = time.perf_counter(), 0
    while runs == 0 or (runs < 1_000 and time.perf_counter() - began < seconds):
        contender.prepare(work)
        start = time.perf_counter_ns()
        again = contender.run(work) & MASK
        elapsed = time.perf_counter_ns() - start
        if again != checksum:
            sys.exit("two runs read different rows")
        print("time", elapsed)
        runs += 1


def count(contender, work):
    contender.prepare(work)
    contender.statements = 0
    contender.run(work)
    print("statements", contender.statements)


def print_peak():
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    print("peak", line.split()[1])
    except OSError:
        pass
