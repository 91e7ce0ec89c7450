#include "log_analysis/pattern_record.h"

#include "tests/catch.h"

using namespace std::chrono_literals;
using log_analysis::PatternRecord;
using log_analysis::Standing;

namespace {

const base::WallTime kStart{std::chrono::sys_days{std::chrono::year{2025} / 6 / 2}};
const log_analysis::PatternStore::Settings kSettings;

// Events every `step` from `from` for `length`.
void add_regular(PatternRecord& record, base::WallTime from, base::Duration length, base::Duration step) {
  for (base::WallTime at = from; at < from + length; at += step) record.add(at, kSettings);
}

}  // namespace

TEST_CASE("hours without events are left out, and hours beyond seven days forgotten") {
  PatternRecord record;
  record.add(kStart, kSettings);
  record.add(kStart + 30min, kSettings);
  record.add(kStart + 26h, kSettings);
  const std::int64_t hour = log_analysis::hour_of(kStart);
  CHECK(record.hours.all() == std::vector<log_analysis::HourCount>{{hour, 2}, {hour + 26, 1}});
  record.add(kStart + 10min, kSettings);  // late
  CHECK(record.hours.all().front().count == 3);
  record.add(kStart + 7 * 24h, kSettings);
  CHECK(record.hours.all() == std::vector<log_analysis::HourCount>{{hour + 26, 1}, {hour + 168, 1}});
  CHECK(record.count == 5);
  CHECK(record.first_seen == kStart);
}

TEST_CASE("a pattern is new for a day") {
  PatternRecord record;
  record.add(kStart, kSettings);
  CHECK(record.standing(kStart, kSettings) == Standing::fresh);
  CHECK(record.standing(kStart + 24h - 1ns, kSettings) == Standing::fresh);
  CHECK(record.standing(kStart + 24h, kSettings) == Standing::steady);
}

TEST_CASE("a regular pattern is gone after a day of silence, regressed when it is back, then steady") {
  PatternRecord record;
  add_regular(record, kStart, 48h, 10min);
  const base::WallTime last = record.last_seen;
  CHECK(record.standing(last + 24h - 1ns, kSettings) == Standing::steady);
  CHECK(record.standing(last + 24h, kSettings) == Standing::gone);
  const base::WallTime back = last + 30h;
  record.add(back, kSettings);
  CHECK(record.standing(back, kSettings) == Standing::regressed);
  add_regular(record, back, 24h, 10min);
  CHECK(record.standing(back + 24h, kSettings) == Standing::steady);
}

TEST_CASE("a pattern that comes rarely is not gone between two times") {
  PatternRecord record;
  for (int day = 0; day < 14; day += 2) record.add(kStart + day * 24h, kSettings);
  CHECK(record.standing(record.last_seen + 47h, kSettings) == Standing::steady);
  CHECK(record.standing(record.last_seen + 143h, kSettings) == Standing::steady);
  CHECK(record.standing(record.last_seen + 144h, kSettings) == Standing::gone);
}

TEST_CASE("a pattern of few events was never regular") {
  PatternRecord record;
  record.add(kStart, kSettings);
  record.add(kStart + 1min, kSettings);
  CHECK(record.standing(kStart + 30 * 24h, kSettings) == Standing::steady);
  record.add(kStart + 30 * 24h, kSettings);
  CHECK(record.standing(kStart + 30 * 24h, kSettings) == Standing::steady);
}

TEST_CASE("a pattern surges against its own week") {
  PatternRecord record;
  add_regular(record, kStart, 7 * 24h, 6min);  // ten an hour
  const base::WallTime hour = kStart + 7 * 24h;
  for (int i = 0; i < 49; ++i) record.add(hour, kSettings);
  CHECK(record.standing(hour, kSettings) == Standing::steady);
  record.add(hour, kSettings);
  CHECK(record.standing(hour, kSettings) == Standing::surging);
  CHECK(record.standing(hour + 1h, kSettings) == Standing::steady);
}

TEST_CASE("a handful of events is no surge") {
  PatternRecord record;
  record.add(kStart, kSettings);
  const base::WallTime later = kStart + 72h;
  for (int i = 0; i < 19; ++i) record.add(later, kSettings);
  CHECK(record.standing(later, kSettings) == Standing::steady);
  record.add(later, kSettings);
  CHECK(record.standing(later, kSettings) == Standing::surging);
}

TEST_CASE("two histories of one pattern become one") {
  PatternRecord one;
  PatternRecord other;
  one.add(kStart + 1h, kSettings);
  one.example = "one";
  other.add(kStart, kSettings);
  other.add(kStart + 1h, kSettings);
  other.add(kStart + 3h, kSettings);
  other.example = "other";
  one.absorb(other);
  CHECK(one.count == 4);
  CHECK(one.first_seen == kStart);
  CHECK(one.last_seen == kStart + 3h);
  CHECK(one.longest_silence == 2h);
  CHECK(one.example == "one");
  const std::int64_t hour = log_analysis::hour_of(kStart);
  CHECK(one.hours.all() == std::vector<log_analysis::HourCount>{{hour, 1}, {hour + 1, 2}, {hour + 3, 1}});
  CHECK(other.count == 0);
  PatternRecord empty;
  empty.absorb(one);
  CHECK(empty.count == 4);
}

TEST_CASE("times out of reach are brought within it") {
  CHECK(log_analysis::within_reach(base::WallTime::min()) == base::WallTime{});
  PatternRecord record;
  record.add(log_analysis::within_reach(base::WallTime::max()), kSettings);
  CHECK(record.standing(base::WallTime::min(), kSettings) == Standing::fresh);
  CHECK(record.standing(base::WallTime::max(), kSettings) == Standing::fresh);
}
