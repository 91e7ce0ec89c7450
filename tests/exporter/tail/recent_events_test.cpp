#include "exporter/tail/recent_events.h"

#include "tests/catch.h"

using exporter::tail::RecentEvents;
using log_analysis::Level;

namespace {

base::WallTime at(int second) { return base::WallTime(std::chrono::seconds(1'795'305'600 + second)); }

void take(RecentEvents& recent, const std::string& source, Level level, int second, std::string_view text) {
  recent.take(source,
              {.at = at(second), .level = level, .text = text, .message = text, .header = 0, .lines = 1}, 7);
}

std::vector<std::string> texts(const std::vector<exporter::tail::RecentEvent>& events) {
  std::vector<std::string> texts;
  for (const auto& event : events) texts.push_back(event.text);
  return texts;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the newest events come first, whatever their source") {
  RecentEvents recent;
  take(recent, "bot", Level::error, 3, "third");
  take(recent, "redis", Level::info, 1, "first");
  take(recent, "bot", Level::critical, 2, "second");
  const auto found = recent.find({});
  CHECK(texts(found) == Texts{"third", "second", "first"});
  CHECK(found.front().source == "bot");
  CHECK(found.front().level == Level::error);
  CHECK(found.front().at == at(3));
  CHECK(found.front().pattern == 7);
  CHECK(found.front().lines == 1);
}

TEST_CASE("events are found by source, level, time and number") {
  RecentEvents recent;
  take(recent, "bot", Level::info, 1, "a");
  take(recent, "bot", Level::warning, 2, "b");
  take(recent, "bot", Level::error, 3, "c");
  take(recent, "redis", Level::critical, 4, "d");
  CHECK(texts(recent.find({.source = "bot"})) == Texts{"c", "b", "a"});
  CHECK(texts(recent.find({.source = "nobody"})).empty());
  CHECK(texts(recent.find({.source = {}, .level = Level::error})) == Texts{"d", "c"});
  CHECK(texts(recent.find({.source = {}, .since = at(3)})) == Texts{"d", "c"});
  CHECK(texts(recent.find({.source = {}, .limit = 1})) == Texts{"d"});
}

TEST_CASE("secrets are masked before an event is kept, also where its text is cut") {
  RecentEvents recent;
  take(recent, "bot", Level::info, 1, "login password=hunter2hunter2 ok");
  CHECK(recent.find({}).front().text.find("hunter2") == std::string::npos);
  std::string text;
  text.resize(RecentEvents::kMaxText - 20, 'x');
  text += " password=hunter2hunter2";
  take(recent, "bot", Level::info, 2, text);
  CHECK(recent.find({}).front().text.find("hunter") == std::string::npos);
  CHECK(recent.find({}).front().text.size() <= RecentEvents::kMaxText);
}

TEST_CASE("a flood of harmless events does not push out the one that matters") {
  RecentEvents recent;
  take(recent, "bot", Level::critical, 0, "the one");
  for (int i = 1; i < 5000; ++i) take(recent, "bot", Level::info, i, "harmless");
  CHECK(texts(recent.find({.source = {}, .level = Level::critical})) == Texts{"the one"});
  CHECK(recent.find({.source = {}, .limit = 10'000}).size() == RecentEvents::kMaxEvents + 1);
}

TEST_CASE("memory is bounded, of one source and of all") {
  RecentEvents recent;
  std::string text;
  text.resize(RecentEvents::kMaxText, 'x');
  const auto bytes = [&] {
    std::size_t sum = 0;
    for (const auto& event : recent.find({.source = {}, .limit = 1'000'000})) sum += event.text.size();
    return sum;
  };
  for (int i = 0; i < 1000; ++i) take(recent, "bot", Level::info, i, text);
  CHECK(bytes() <= RecentEvents::kMaxRingBytes);
  for (int i = 0; i < 5000; ++i) take(recent, "source" + std::to_string(i % 200), Level::error, i, text);
  CHECK(bytes() <= RecentEvents::kMaxBytes);
  CHECK(bytes() > RecentEvents::kMaxBytes / 2);
}

TEST_CASE("sources that come and go under ever new names leave no more than a bounded number behind") {
  RecentEvents recent;
  take(recent, "bot", Level::error, 1, "first");
  for (int i = 0; i < 10 * static_cast<int>(RecentEvents::kMaxSources); ++i) {
    take(recent, "job" + std::to_string(i), Level::info, 2 + i, "done");
    if (i % 100 == 0) take(recent, "bot", Level::error, 2 + i, "again");
  }
  CHECK(recent.find({.source = {}, .limit = 100'000}).size() < 2 * RecentEvents::kMaxSources);
  CHECK(recent.find({.source = "job0"}).empty());
  CHECK(texts(recent.find({.source = "job2999"})) == Texts{"done"});
  CHECK(texts(recent.find({.source = "bot", .limit = 1})) == Texts{"again"});
}
