#include "exporter/tail/state_text.h"

#include <string>
#include <vector>

#include "tests/catch.h"

using exporter::tail::read_state;
using exporter::tail::SourceState;
using exporter::tail::write_state;

namespace {

const base::WallTime kWritten{std::chrono::seconds(1765944000)};

std::vector<SourceState> states() {
  SourceState bot;
  bot.source = "bot with\nspaces and 5:colons";
  bot.counts.events = {1, 2, 3, 18446744073709551615U};
  bot.counts.lines = 10;
  bot.counts.bytes = 11;
  bot.counts.truncated = 12;
  bot.counts.gaps = 13;
  bot.counts.last_line = kWritten - std::chrono::nanoseconds(1);
  bot.strands = {{"fd01:a:0:b", {0, 100}}, {"", {7, 8}}};
  bot.patterns = std::string("{\"a\":1}\n\0", 9);
  return {bot, SourceState{.source = "none", .counts = {}, .strands = {}, .patterns = "", .written = {}}};
}

}  // namespace

TEST_CASE("a state is read as it was written") {
  const auto read = read_state(write_state(states(), kWritten));
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  const SourceState& bot = read->front();
  const SourceState expected = states().front();
  REQUIRE(bot.source == expected.source);
  REQUIRE(bot.counts.events == expected.counts.events);
  REQUIRE(bot.counts.lines == 10);
  REQUIRE(bot.counts.bytes == 11);
  REQUIRE(bot.counts.truncated == 12);
  REQUIRE(bot.counts.gaps == 13);
  REQUIRE(bot.counts.last_line == expected.counts.last_line);
  REQUIRE(bot.strands.size() == 2);
  REQUIRE(bot.strands[0].identity == "fd01:a:0:b");
  REQUIRE(bot.strands[1].position == exporter::tail::Position{7, 8});
  REQUIRE(bot.patterns == expected.patterns);
  REQUIRE(bot.written == kWritten);
}

TEST_CASE("a state without sources is one") {
  const auto read = read_state(write_state({}, kWritten));
  REQUIRE(read);
  REQUIRE(read->empty());
}

TEST_CASE("a state that was cut anywhere is refused") {
  const std::string text = write_state(states(), kWritten);
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(read_state(text.substr(0, size)));
  }
  REQUIRE_FALSE(read_state(text + "x"));
}

TEST_CASE("a state of which any byte was changed is refused") {
  const std::string text = write_state(states(), kWritten);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CAPTURE(at);
    REQUIRE_FALSE(read_state(changed));
  }
}

TEST_CASE("a state of a newer version says so") {
  std::string text = write_state(states(), kWritten);
  text.replace(0, std::string("salus-log-state 1").size(), "salus-log-state 2");
  const auto read = read_state(text);
  REQUIRE_FALSE(read);
  REQUIRE(read.error().message == "unsupported version 2; this program reads version 1");
}
