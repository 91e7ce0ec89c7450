#include "healer/app/self_health_watch.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMib = 1024 * 1024;

struct Fixture {
  GuardsConfig limits;
  SelfHealthWatch watch;
  tests::FakeClock clock;
  SelfHealth look(std::optional<std::uint64_t> free = 1000 * kMib, bool config_ok = true) {
    return watch.look(free, config_ok, limits, clock.now());
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "a disk that is nearly full makes the healer unhealthy, as does one that reports nothing") {
  CHECK(look(limits.disk_free_mib * kMib).first().empty());
  CHECK(look(limits.disk_free_mib * kMib - 1).first() == "less than 64 MiB are free below data_dir");
  CHECK(look(std::nullopt).first() == "the free space below data_dir is unknown");
  limits.disk_free_mib = 0;
  CHECK(look(0).first().empty());
}

TEST_CASE_METHOD(Fixture,
                 "a wall clock that was set makes it unhealthy for a while, one that is slewed does not") {
  const auto [by, words] = GENERATE(table<std::chrono::seconds, std::string>({
      {3600s, "the wall clock was set forward by 1h"},
      {-3600s, "the wall clock was set back by 1h"},
      {30s, "the wall clock was set forward by 30s"},
      {29s, ""},
  }));
  CHECK(look().first().empty());
  clock.advance(1min);
  CHECK(look().first().empty());
  clock.set_wall(clock.now().wall + by);
  CHECK(look().clock == words);
  clock.advance(limits.clock_settle - 1ns);
  CHECK(look().clock == words);
  clock.advance(1ns);
  CHECK(look().clock.empty());
}

TEST_CASE_METHOD(Fixture, "a failed reload makes it unhealthy, unless that is not wanted") {
  CHECK_FALSE(look(1000 * kMib, false).config.empty());
  limits.act_after_failed_reload = true;
  CHECK(look(1000 * kMib, false).config.empty());
}

TEST_CASE("what is free below a folder is reported, below none it is not") {
  CHECK(disk_free("/").has_value());
  CHECK_FALSE(disk_free("/nonexistent/folder").has_value());
}
