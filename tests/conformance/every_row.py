"""Every row of the table: importing a module adds its rows."""

from conformance import clocks, configurations, connections, crashes, crowds  # noqa: F401
from conformance import deliveries, disks, endurance, engines, floods, guarded, held, journals, large_bodies, payloads, policies  # noqa: F401
from conformance import programs, verification  # noqa: F401
from conformance.rows import TABLE

__all__ = ["TABLE"]
