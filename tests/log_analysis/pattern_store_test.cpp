#include "log_analysis/pattern_store.h"

#include <numeric>

#include "tests/catch.h"

using namespace std::chrono_literals;
using log_analysis::Event;
using log_analysis::Level;
using log_analysis::Pattern;
using log_analysis::PatternStore;

namespace {

const base::WallTime kStart{std::chrono::sys_days{std::chrono::year{2025} / 6 / 2}};

Event event(std::string_view text, Level level = Level::info, base::WallTime at = kStart) {
  return {.at = at, .level = level, .text = text, .message = text, .header = 0, .lines = 1};
}

}  // namespace

TEST_CASE("a book counts each pattern and shows the most frequent first") {
  PatternStore book;
  for (int i = 0; i < 3; ++i)
    book.add(event("order " + std::to_string(i) + " rejected", Level::error, kStart + i * 1h));
  book.add(event("all is well"));
  const std::vector<Pattern> all = book.all(kStart + 3h);
  REQUIRE(all.size() == 2);
  CHECK(all[0].words == "order <*> rejected");
  CHECK(all[0].level == Level::error);
  CHECK(all[0].count == 3);
  CHECK(all[0].first_seen == kStart);
  CHECK(all[0].last_seen == kStart + 2h);
  CHECK(all[0].hours.size() == 3);
  CHECK(all[0].example == "order 0 rejected");
  CHECK(all[0].standing == log_analysis::Standing::fresh);
  CHECK(all[1].words == "all is well");
  CHECK(book.events() == 4);
  CHECK(book.new_patterns() == std::array<std::uint64_t, 4>{1, 0, 1, 0});
  REQUIRE(book.top(1, kStart).size() == 1);
  CHECK(book.top(1, kStart)[0].id == all[0].id);
}

TEST_CASE("what merges is counted once, under the id that old ones resolve to") {
  PatternStore book;
  const log_analysis::PatternId first = book.add(event("cannot reach alice today"));
  for (const char* name : {"bob", "carol", "dave", "erin", "frank"}) {
    book.add(event("cannot reach " + std::string(name) + " today"));
  }
  const std::vector<Pattern> all = book.all(kStart);
  REQUIRE(all.size() == 1);
  CHECK(all[0].words == "cannot reach <*> today");
  CHECK(all[0].count == 6);
  CHECK(book.resolve(first) == all[0].id);
}

TEST_CASE("beyond the bound there is one pattern for each level, and counts still sum to the events") {
  PatternStore book({.max_patterns = 2});
  std::uint64_t events = 0;
  for (char c = 'a'; c <= 'z'; ++c, ++events) {
    const std::string word(3, c);
    book.add(event(word + " " + word + word, c < 'n' ? Level::info : Level::error));
  }
  const std::vector<Pattern> all = book.all(kStart);
  CHECK(std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const Pattern& one) { return sum + one.count; }) == events);
  CHECK(all.size() == 4);
  CHECK(all[0].id == log_analysis::Miner::kOther);
  CHECK(all[0].words == "other");
  CHECK(book.new_patterns() == std::array<std::uint64_t, 4>{2, 0, 0, 0});
}

TEST_CASE(
    "at the bound, what is rare or stale makes room for what is new, and counts still sum to the events") {
  PatternStore book({.max_patterns = 20});
  std::uint64_t events = 0;
  const auto add = [&](const std::string& text, base::WallTime at, Level level = Level::info) {
    book.add(event(text, level, at));
    ++events;
  };
  const auto sum = [&] {
    const std::vector<Pattern> all = book.all(kStart);
    return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                           [](std::uint64_t so_far, const Pattern& one) { return so_far + one.count; });
  };
  const auto find = [&](const std::string& words) {
    const std::vector<Pattern> all = book.all(kStart);
    return std::ranges::any_of(all, [&](const Pattern& one) { return one.words == words; });
  };
  for (int i = 0; i < 10; ++i) add("regular ONE", kStart);
  for (int i = 0; i < 10; ++i) add("regular TWO", kStart + 2h);
  for (char c = 'A'; c <= 'R'; ++c) add(std::string("rare ") + c + c + c, kStart + 1min);
  REQUIRE(book.all(kStart).size() == 20);

  SECTION("not at once") {
    add("fresh error", kStart + 2min, Level::error);
    CHECK_FALSE(find("fresh error"));
  }
  SECTION("the rare ones after an hour, a few at a time") {
    add("fresh error", kStart + 61min, Level::error);
    CHECK(find("fresh error"));
    CHECK(find("regular ONE"));
    CHECK(book.all(kStart).size() == 20 - 3 + 2);  // other, and the new one
    for (char c = 'A'; c <= 'R'; ++c) add(std::string("more ") + c + c + c, kStart + 62min);
    CHECK(find("more BBB"));
    CHECK_FALSE(find("more CCC"));
    const auto loaded = PatternStore::load(book.save(), {.max_patterns = 20});
    REQUIRE(loaded);
    CHECK(loaded->save() == book.save());
  }
  SECTION("the regular ones after eight days") {
    for (char c = 'A'; c <= 'R'; ++c) {
      for (int i = 0; i < 10; ++i) add(std::string("rare ") + c + c + c, kStart + 192h);
    }
    add("fresh error", kStart + 193h, Level::error);
    CHECK(find("fresh error"));
    CHECK_FALSE(find("regular ONE"));
    CHECK(find("regular TWO"));
    CHECK(find("rare AAA"));
  }
  SECTION("one that comes back is new again") {
    add("fresh error", kStart + 61min, Level::error);
    REQUIRE_FALSE(find("rare AAA"));
    add("rare AAA", kStart + 61min);
    CHECK(find("rare AAA"));
    CHECK(book.new_patterns() == std::array<std::uint64_t, 4>{21, 0, 1, 0});
  }
  CHECK(sum() == events);
  CHECK(book.events() == events);
}

TEST_CASE("a book that is configured so never forgets a pattern") {
  PatternStore book({.max_patterns = 2, .makes_room = false});
  for (const char* text : {"first AA", "second BB", "third CC"}) book.add(event(text, Level::info, kStart));
  book.add(event("fourth DD", Level::info, kStart + 24h * 30));
  CHECK(book.all(kStart).size() == 3);
}

TEST_CASE("an example is one line, short, and without secrets") {
  PatternStore book;
  book.add(event("login with password=swordfish refused\nand more"));
  book.add(event("long " + std::string(1000, 'x')));
  for (const Pattern& one : book.all(kStart)) {
    CHECK(one.example.find("swordfish") == std::string::npos);
    CHECK(one.example.find("more") == std::string::npos);
    CHECK(one.example.size() <= 510);
  }
}
