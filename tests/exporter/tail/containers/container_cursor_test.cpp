#include "exporter/tail/containers/container_cursor.h"

#include <array>

#include "tests/catch.h"

using exporter::tail::ContainerCursor;
using exporter::tail::Position;
using exporter::tail::since;
using Verdict = exporter::tail::ContainerCursor::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kT = 1'795'305'600'000'000'000;
const base::WallTime kNow{std::chrono::nanoseconds(kT) + 1h};

Verdict admit(ContainerCursor& cursor, std::uint64_t after, std::string_view text = "line") {
  return cursor.admit(kT + after, text, kNow);
}

}  // namespace

TEST_CASE("every line of a first answer is fresh") {
  ContainerCursor cursor({});
  cursor.begin_answer(true);
  CHECK(admit(cursor, 1) == Verdict::kFresh);
  CHECK(admit(cursor, 2) == Verdict::kFresh);
  CHECK(cursor.at() == Position{kT + 2, 1});
}

TEST_CASE("lines of one nanosecond are counted") {
  ContainerCursor cursor({});
  cursor.begin_answer(true);
  CHECK(admit(cursor, 1, "a") == Verdict::kFresh);
  CHECK(admit(cursor, 1, "b") == Verdict::kFresh);
  CHECK(cursor.at() == Position{kT + 1, 2});
}

TEST_CASE("an answer from the cursor's time on goes on after the lines taken") {
  ContainerCursor cursor({kT + 5, 2});
  cursor.begin_answer(true);
  CHECK(admit(cursor, 3) == Verdict::kTaken);
  CHECK(admit(cursor, 5, "same") == Verdict::kTaken);
  CHECK(admit(cursor, 5, "same") == Verdict::kTaken);
  CHECK(admit(cursor, 5, "same") == Verdict::kFresh);
  CHECK(cursor.at() == Position{kT + 5, 3});
  CHECK(admit(cursor, 6) == Verdict::kFresh);
  CHECK(cursor.at() == Position{kT + 6, 1});
}

TEST_CASE("what a follow gives again after a rotation is not taken twice") {
  ContainerCursor cursor({});
  cursor.begin_answer(true);
  for (std::uint64_t i = 1; i <= 9; ++i) CHECK(admit(cursor, i) == Verdict::kFresh);
  SECTION("many lines") {
    for (std::uint64_t i = 4; i <= 9; ++i) CHECK(admit(cursor, i) == Verdict::kTaken);
  }
  SECTION("the last line alone") { CHECK(admit(cursor, 9) == Verdict::kTaken); }
  CHECK(admit(cursor, 10) == Verdict::kFresh);
  CHECK(cursor.at() == Position{kT + 10, 1});
}

TEST_CASE("lines given again from the middle of one nanosecond are known by their text") {
  ContainerCursor cursor({kT + 1, 1});
  cursor.begin_answer(true);
  CHECK(admit(cursor, 1, "a") == Verdict::kTaken);
  CHECK(admit(cursor, 1, "b") == Verdict::kFresh);
  CHECK(admit(cursor, 2, "c") == Verdict::kFresh);
  CHECK(admit(cursor, 2, "d") == Verdict::kFresh);
  CHECK(admit(cursor, 2, "d") == Verdict::kTaken);
  CHECK(admit(cursor, 2, "e") == Verdict::kFresh);
  CHECK(cursor.at() == Position{kT + 2, 3});
}

TEST_CASE("it is reported when the line taken last is gone") {
  const auto [at, whole, expected] = GENERATE(table<Position, bool, Verdict>({
      {{kT + 1, 1}, true, Verdict::kAfterGap},
      {{kT + 1, 1}, false, Verdict::kFresh},  // it was not asked for
      {{kT + 1, 0}, true, Verdict::kFresh},   // there never was one
      {{}, true, Verdict::kFresh},
  }));
  ContainerCursor cursor(at);
  cursor.begin_answer(whole);
  CHECK(admit(cursor, 7) == expected);
  CHECK(admit(cursor, 8) == Verdict::kFresh);
}

TEST_CASE("lines after the clock was set back are fresh") {
  ContainerCursor cursor({kT + 1, 1});
  cursor.begin_answer(true);
  const base::WallTime earlier{std::chrono::nanoseconds(kT) - 1h};
  const auto time = kT - 3'600'000'000'000;
  CHECK(cursor.admit(time, "line", earlier) == Verdict::kFresh);
  CHECK(cursor.at() == Position{time, 1});
}

TEST_CASE("an answer is asked for from the output that is behind, but not from long ago") {
  const auto [out, err, expected] = GENERATE(table<std::uint64_t, std::uint64_t, std::string>({
      {0, 0, ""},
      {kT, kT + 5, "1795305600.000000000"},
      {kT + 7, kT + 5, "1795305600.000000005"},
      {kT, 0, "1795305540.000000000"},
      {kT, kT - 3'600'000'000'000, "1795305540.000000000"},
  }));
  const std::array<Position, 2> outputs{Position{out, 1}, Position{err, 1}};
  CHECK(since(outputs) == expected);
}

TEST_CASE("whether an answer reaches back to a position is known") {
  const std::array<Position, 2> outputs{Position{kT, 1}, Position{kT - 3'600'000'000'000, 1}};
  CHECK(covers(outputs, outputs[0]));
  CHECK_FALSE(covers(outputs, outputs[1]));
}
