#include "exporter/tail/files/rotation.h"

#include "tests/catch.h"

using exporter::tail::is_compressed;
using exporter::tail::is_rotated_from;

TEST_CASE("compressed generations are known by their names") {
  const auto* name = GENERATE("a.log.1.gz", "a.log.xz", "a.zst", "a.log.2.bz2");
  CAPTURE(name);
  REQUIRE(is_compressed(name));
  REQUIRE_FALSE(is_rotated_from(name, "a.log"));
}

TEST_CASE("what rotation calls a file is known") {
  const auto* name = GENERATE("bot.log.1", "bot.log.12", "bot.log-20251217", "bot.log.2025-12-17",
                              "bot.log.2025-12-17_04-00", "bot.log.2025-12-17T04:00:00Z",
                              "bot.log.1765944000", "bot.log.old", "bot.log.bak", "bot.1.log",
                              "bot-20251217.log", "bot_2025-12-17.log", "bot-2025-12-17T04-00-00.000.log");
  CAPTURE(name);
  REQUIRE(is_rotated_from(name, "bot.log"));
}

TEST_CASE("another log beside it is not taken for its forerunner") {
  const auto* name =
      GENERATE("bot.log", "bot.log2", "bot.log.swp", "bot.log.tmp", "bot-errors.log", "bot.errors.log",
               "robot.log.1", "bot.log.", "bot.log.1.gz", "bot-2nd.log", "bo.log");
  CAPTURE(name);
  REQUIRE_FALSE(is_rotated_from(name, "bot.log"));
}

TEST_CASE("a name without an extension has forerunners too") {
  REQUIRE(is_rotated_from("syslog.1", "syslog"));
  REQUIRE_FALSE(is_rotated_from("syslog1", "syslog"));
}

TEST_CASE("a series differs in its dates, or is numbered") {
  const auto [name, other, same] = GENERATE(table<const char*, const char*, bool>({
      {"app-2025-12-17.log", "app-2025-12-18.log", true},
      {"app-20251217-1.log", "app-20251218-12.log", true},
      {"0.log", "1.log", true},
      {"app-20251218.log", "app-20251218.log", false},
      {"web-20251217.log", "app-20251218.log", false},
      {"worker-1.log", "worker-2.log", false},
      {"app-20251217.log.gz", "app-20251218.log", false},
      {"app.log", "app-20251218.log", false},
  }));
  CAPTURE(name, other);
  REQUIRE(exporter::tail::is_of_series(name, other) == same);
}
