"""One file owns each dangerous thing, and headers are cheap to include."""

import re
import unittest
from collections.abc import Iterator
from dataclasses import dataclass

from tree import SOURCES, ContractTest, Finding, code, files, relative


@dataclass(frozen=True)
class Owned:
    what: str
    pattern: re.Pattern[str]
    owners: frozenset[str]
    instead: str


def owned(what: str, pattern: str, owners: set[str], instead: str) -> Owned:
    return Owned(what, re.compile(pattern), frozenset(owners), instead)


OWNED = [
    owned(
        "starts a process",
        r"\b(fork|vfork|posix_spawnp?|popen|exec(l|le|lp|v|ve|vp|vpe|veat)|clone3?)\s*\(|\b(std)?::system\s*\(",
        {"base/os/process.cpp"},
        "Use base/os/process.h.",
    ),
    owned(
        "asks the time",
        r"::now\s*\(|\b(clock_gettime|gettimeofday)\s*\(|\bstd::time\s*\(",
        {"base/os/clock.cpp"},
        "Take a base::Clock.",
    ),
    owned("calls fsync", r"\b(fsync|fdatasync|sync_file_range)\s*\(", {"base/os/file.cpp"}, "Use base/os/file.h."),
    owned("uses inotify", r"<sys/inotify\.h>", {"base/os/inotify.cpp"}, "Use base/os/inotify.h."),
    owned("includes yaml-cpp", r"#\s*include\s*<yaml-cpp/", {"base/yaml/yaml.cpp"}, "Use base/yaml/yaml.h."),
    owned(
        "includes CLI11",
        r"#\s*include\s*<CLI/",
        {"base/program.cpp", "salusctl/main.cpp"},
        "Use base/program.h.",
    ),
    owned("includes spdlog", r"#\s*include\s*<spdlog/", {"base/log.cpp"}, "Use base/log.h."),
    owned("includes Vectorscan", r"#\s*include\s*<hs/", {"log_analysis/level_rules.cpp", "exporter/probes/regex.cpp"}, "Use log_analysis/level_rules.h or exporter/probes/regex.h: one scratch per thread."),
    owned(
        "includes sqlite3",
        r"#\s*include\s*<sqlite3\.h>",
        {"healer/journal/sqlite_journal.cpp", "healer/journal/statement.cpp", "healer/notify/outbox/sqlite_store.cpp", "exporter/probes/sqlite.cpp"},
        "Use healer/journal/ to keep something, healer/notify/outbox/store.h for what is on its way to people; exporter/probes/sqlite.h looks at databases of others.",
    ),
    owned("includes libcurl", r"#\s*include\s*<curl/", {"exporter/probes/curl.cpp", "healer/notify/channels/smtp.cpp"}, "Use exporter/probes/curl.h, healer/notify/channels/smtp.h or base/http/client.h."),
    owned("includes hiredis", r"#\s*include\s*<hiredis/", {"exporter/probes/redis.cpp", "healer/redis/connection.cpp"}, "Use exporter/probes/redis.h, or healer/redis/connection.h."),
    owned("includes zlib", r"#\s*include\s*<zlib\.h>", {"base/text/gzip.cpp"}, "Use base/text/gzip.h."),
    owned("includes libpq", r"#\s*include\s*<libpq", {"exporter/probes/postgres.cpp"}, "Use exporter/probes/postgres.h."),
]

HEAVY = re.compile(r"#\s*include\s*<(nlohmann/json\.hpp|sqlite3\.h|hs/|yaml-cpp/|CLI/|spdlog/)")


class EachDangerousThing(ContractTest):
    def test_has_one_owner(self) -> None:
        def findings() -> Iterator[Finding]:
            for path in files(".cpp", ".h", folders=SOURCES):
                for number, line in enumerate(code(path, strings=False), 1):
                    for each in OWNED:
                        if relative(path) not in each.owners and each.pattern.search(line):
                            yield Finding(path, number, f"{each.what}, which only {' and '.join(sorted(each.owners))} may", each.instead)

        self.settle(findings())

    def test_is_owned_by_a_file_that_exists(self) -> None:
        everything = {relative(path) for path in files(folders=SOURCES)}
        missing = {owner for each in OWNED for owner in each.owners} - everything
        self.assertFalse(missing, f"{missing} do not exist: correct the owners in {__file__}")


# What stops a container: in a path of the Engine API, or as a word in the arguments of docker or compose.
STOPS = re.compile(r"""/(stop|restart|kill|pause)(\?|"|\{)|"(stop|kill|down|rm)", "|"--force-recreate"|force=1""")
MAY_STOP = {"base/docker/docker.cpp", "healer/actions/maintenance/rebuild/compose_stack.cpp"}
MAKES_PERMIT = re.compile(r"friend .*Permit|\bPermit permit;")


class Containers(ContractTest):
    def test_are_stopped_with_a_permit_only(self) -> None:
        """Engine::stop, restart and kill take a Permit; nothing goes around them, and one place makes it."""

        def findings() -> Iterator[Finding]:
            for path in files(".cpp", ".h", folders=("base", "healer")):
                speaks_to_docker = "docker" in path.read_text(encoding="utf-8")
                for number, line in enumerate(code(path), 1):
                    if speaks_to_docker and STOPS.search(line) and relative(path) not in MAY_STOP:
                        yield Finding(path, number, "stops a container by itself", "Ask base/docker/permit.h first, then use base/docker/docker.h.")
                    if MAKES_PERMIT.search(line) and not relative(path).startswith("base/docker/permit."):
                        yield Finding(path, number, "makes a permit", "Only base/docker/permit.cpp decides.")

        self.settle(findings())


class Includes(ContractTest):
    def test_are_light_in_headers(self) -> None:
        self.settle(
            Finding(path, number, "a header includes a heavy one", "Include it in a .cpp; in headers use json_fwd.hpp or a forward declaration.")
            for path in files(".h", folders=SOURCES)
            if path.name != "pch.h"
            for number, line in enumerate(code(path), 1)
            if HEAVY.search(line)
        )


if __name__ == "__main__":
    unittest.main()
