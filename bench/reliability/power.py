"""Cuts the power: copies the disk image under writers, and counts acknowledged rows that are gone.

python -m bench.reliability.power --database sqlite --cuts 20
python -m bench.reliability.power --database postgres --cuts 20

Needs root and loop devices, and fails by name without them. The copy is what the disk held: pages
that were never flushed are missing (reliability, section 7). What was acknowledged is read from a
file outside. The rig proves first that it can lose rows, with settings the product refuses.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.reliability.image import copy_image, ended, make_image, missing, mounted
from bench.reliability.power_writers import DISKS, Disk
from bench.result_file import keep_result, result_text

ROWS_BEFORE_CUT: Final = 300  # ours: enough that some are not yet written back by the kernel
MORE_SECONDS_MAX: Final = 0.5  # ours: so that cuts fall anywhere in the kernel's own rhythm
CUT_SECONDS_MAX: Final = 60.0  # ours: writers that do not get there have failed
PROOFS_COUNT: Final = 3  # ours: with settings that must lose
LINE_BYTES: Final = 9  # eight digits and an end of line


def cut(folder: Path, disk: Disk, *, chance: random.Random, lossy: bool) -> tuple[int, int]:
    """Cut the power under writers; returns acknowledged rows and those of them that are gone."""
    image, acknowledged = folder / "d.img", folder / "acknowledged"
    copy_image(folder / "base.img", image)
    acknowledged.write_bytes(b"")
    with mounted(image, folder / "disk") as place:
        pids = disk.write(place, acknowledged, lossy=lossy)
        limit = time.monotonic() + CUT_SECONDS_MAX
        while acknowledged.stat().st_size < ROWS_BEFORE_CUT * LINE_BYTES:
            assert time.monotonic() < limit, "the writers did not get anywhere"
            time.sleep(0.01)
        time.sleep(chance.random() * MORE_SECONDS_MAX)
        pids = (*pids, *disk.others(pids))
        for sent in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, sent)
            if sent is signal.SIGSTOP:
                copy_image(image, folder / "cut.img")
        while not ended(pids):
            time.sleep(0.01)
    wanted = set(acknowledged.read_text("ascii").split())
    with mounted(folder / "cut.img", folder / "after") as place:
        found = disk.found(place)
    return len(wanted), len(wanted - found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=sorted(DISKS), default="sqlite")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    if lacking := missing():
        print(f"needs root and loop devices; missing: {', '.join(lacking)}")
        return 2
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="power-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL runs as somebody else
        disk = DISKS[options.database]()
        make_image(folder / "base.img", disk.image_bytes)
        with mounted(folder / "base.img", folder / "disk") as place:
            disk.prepare(place)
        proof = [cut(folder, disk, chance=chance, lossy=True) for _ in range(PROOFS_COUNT)]
        cuts = [cut(folder, disk, chance=chance, lossy=False) for _ in range(options.cuts)]
    lost, lost_by_proof = sum(gone for _, gone in cuts), sum(gone for _, gone in proof)
    figures = {
        "database": options.database,
        "seed": options.seed,
        "cuts": options.cuts,
        "acknowledged": sum(count for count, _ in cuts),
        "lost": lost,
        "proof_settings": disk.lossy_settings,
        "proof_cuts": PROOFS_COUNT,
        "proof_acknowledged": sum(count for count, _ in proof),
        "proof_lost": lost_by_proof,
        "checked_after_each_cut": disk.checked,
        "clean": lost == 0 and lost_by_proof > 0,
    }
    asked = f"--database {options.database} --cuts {options.cuts} --seed {options.seed}"
    command = f"python -m bench.reliability.power {asked}"
    text = result_text("reliability-power", figures, command=command)
    print(text)
    if not options.dry:
        keep_result(f"reliability-power-{options.database}", text)
    return 0 if figures["clean"] else 1


if __name__ == "__main__":
    sys.exit(main())
