"""`python -m bench`: every measurement in one table, beside its floor or peer."""

from bench import assess, pdf


def main() -> None:
    print(f"{'measurement':52} {'figure':>10} {'':8} {'peer':>10} {'ratio':>7}")
    for name, figure, unit, peer in assess.measure():
        row(name, figure, unit, peer)
    drawn = pdf.measure()
    plain = next(figure for name, figure, _ in drawn if name.startswith("plain WeasyPrint"))
    for name, figure, note in drawn:
        row(f"{name} ({note})", figure, "ms", plain)


def row(name: str, figure: float, unit: str, peer: float | None) -> None:
    compared = f"{peer:10.3f} {figure / peer:7.2f}" if peer else ""
    print(f"{name:52} {figure:10.3f} {unit:8} {compared}")


if __name__ == "__main__":
    main()
