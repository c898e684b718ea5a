"""`python -m bench`: every measurement in one table, beside its floor or peer.

A ratio is the figure divided by the peer's. BENCH_LARGE=1 also prints a day of 500.
"""

from bench import assess, batch, pdf


def main() -> None:
    print(f"{'measurement':52} {'figure':>10} {'':8} {'peer':>10} {'ratio':>7}")
    for measure in (assess.measure, pdf.measure, batch.measure):
        for name, figure, unit, peer in measure():
            row(name, figure, unit, peer)


def row(name: str, figure: float, unit: str, peer: float | None) -> None:
    compared = f"{peer:10.3f} {figure / peer:7.2f}" if peer else ""
    print(f"{name:52} {figure:10.3f} {unit:8} {compared}", flush=True)


if __name__ == "__main__":
    main()
