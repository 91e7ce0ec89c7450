"""How many alerts there are, and whether as many are tested and explained; exits 1 if not."""

import sys

import rulebook
from tree import files


def main() -> int:
    alerts = {rule.name for rule in rulebook.alerts()}
    firing = {alert for _, alert, case in rulebook.cases() if case.get("exp_alerts")}
    cases = sum(1 for _ in rulebook.cases())
    runbooks = {path.stem for path in files(".md", folders=["docs/runbooks"])} - {"README"}
    print(f"{len(alerts)} alerts; {len(alerts & firing)} tested firing, in {cases} promtool cases; {len(alerts & runbooks)} runbooks")
    return 0 if alerts == firing == runbooks else 1


if __name__ == "__main__":
    sys.exit(main())
