#include "exporter/tail/pipeline.h"

#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using exporter::tail::EventSink;
using exporter::tail::Line;
using exporter::tail::Pipeline;
using exporter::tail::Position;
using log_analysis::Level;

namespace {

struct Fixture {
  tests::FakeClock clock;
  Pipeline pipeline{"bot", {}, clock};
  Pipeline::Strand strand = pipeline.open("file", {7, 100});
  std::uint64_t offset = 100;

  Line line(std::string_view text) {
    offset += text.size() + 1;
    return {text, clock.now().wall, {7, offset}};
  }
  void take(std::string_view text) {
    const Line one = line(text);
    pipeline.take(strand, {&one, 1});
  }
  exporter::tail::Counts counts() const { return pipeline.taken(strand).counts; }
  std::uint64_t events(Level level) const { return counts().events.at(static_cast<std::size_t>(level)); }
};

struct Sink final : EventSink {
  std::vector<std::string> texts;
  void take(const std::string& source, const log_analysis::Event& event, log_analysis::PatternId) override {
    texts.push_back(source + ": " + std::string(event.text));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a line is taken when its event is over, and the position with it") {
  take("INFO first");
  REQUIRE(counts().lines == 0);
  REQUIRE(pipeline.taken(strand).position == Position{7, 100});
  take("ERROR second");
  REQUIRE(counts().lines == 1);
  REQUIRE(events(Level::info) == 1);
  REQUIRE(events(Level::error) == 0);
  REQUIRE(pipeline.taken(strand).position == Position{7, 111});
}

TEST_CASE_METHOD(Fixture, "an event under way is over when no line came for a second") {
  take("ERROR only");
  clock.advance(std::chrono::milliseconds(999));
  pipeline.flush_idle();
  REQUIRE(counts().lines == 0);
  clock.advance(std::chrono::milliseconds(1));
  pipeline.flush_idle();
  REQUIRE(counts().lines == 1);
  REQUIRE(events(Level::error) == 1);
  REQUIRE(pipeline.taken(strand).position == Position{7, offset});
}

TEST_CASE_METHOD(Fixture, "a traceback is one event of several lines") {
  take("2025-12-17 16:55:17,427 ERROR order failed");
  take("Traceback (most recent call last):");
  take("  File \"bot.py\", line 3, in run");
  take("ValueError: ERROR of some kind");
  REQUIRE(counts().lines == 0);
  take("2025-12-17 16:55:18,000 INFO next");
  REQUIRE(counts().lines == 4);
  REQUIRE(events(Level::error) == 1);
}

TEST_CASE_METHOD(Fixture, "bytes are those of the lines, and a line that is too long is cut and counted") {
  const std::string at_the_bound(exporter::tail::kMaxLine, 'x');
  take(at_the_bound);
  take(at_the_bound + "y");
  Line cut = line("z");
  cut.cut_of = 1'000'000;
  pipeline.take(strand, {&cut, 1});
  pipeline.flush();
  REQUIRE(counts().lines == 3);
  REQUIRE(counts().truncated == 2);
  REQUIRE(counts().bytes == 2 * exporter::tail::kMaxLine + 1 + 1'000'000);
}

TEST_CASE_METHOD(Fixture, "the lines of two strands are not folded with each other") {
  const auto other = pipeline.open("other", {8, 0});
  take("ERROR order failed");
  const Line stranger{"  indented", clock.now().wall, {8, 11}};
  pipeline.take(other, {&stranger, 1});
  pipeline.flush();
  REQUIRE(counts().lines == 2);
  REQUIRE(events(Level::error) == 1);
  REQUIRE(events(Level::info) == 1);
  REQUIRE(pipeline.taken(other).position == Position{8, 11});
}

TEST_CASE_METHOD(Fixture, "a strand that is closed is forgotten, its lines stay counted") {
  take("ERROR last");
  pipeline.close(strand);
  REQUIRE(pipeline.strands().empty());
  const auto snapshot = pipeline.snapshot();
  REQUIRE(snapshot.state.counts.lines == 1);
  REQUIRE(snapshot.state.strands.empty());
}

TEST_CASE_METHOD(Fixture, "a new life goes on from the state") {
  take("ERROR order 17 failed");
  take("WARNING slow");
  const auto state = pipeline.snapshot().state;
  REQUIRE(state.counts.lines == 1);

  const Pipeline next("bot", {}, clock, &state);
  const auto strands = next.strands();
  REQUIRE(strands.size() == 1);
  REQUIRE(strands.begin()->second.identity == "file");
  REQUIRE(strands.begin()->second.position == Position{7, 122});
  const auto snapshot = next.snapshot();
  REQUIRE(snapshot.state.counts.lines == 1);
  REQUIRE(snapshot.view.counts.events.at(static_cast<std::size_t>(Level::error)) == 1);
  REQUIRE(snapshot.view.new_patterns == std::array<std::uint64_t, 4>{0, 0, 1, 0});
  REQUIRE(snapshot.view.top.size() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "a pattern book that cannot be read is replaced by a new one, and nothing else is lost") {
  take("ERROR order 17 failed");
  pipeline.flush();
  auto state = pipeline.snapshot().state;
  state.patterns = "{nonsense";
  const Pipeline next("bot", {}, clock, &state);
  REQUIRE(next.snapshot().state.counts.lines == 1);
  REQUIRE(next.snapshot().view.top.empty());
}

TEST_CASE("every event is offered to whoever keeps events") {
  const tests::FakeClock clock;
  Sink sink;
  Pipeline pipeline("bot", {.rules = nullptr, .sink = &sink}, clock);
  const auto strand = pipeline.open("file", {});
  const std::vector<Line> lines{{"INFO a", {}, {0, 7}}, {"INFO b", {}, {0, 14}}};
  pipeline.take(strand, lines);
  pipeline.flush();
  REQUIRE(sink.texts == std::vector<std::string>{"bot: INFO a", "bot: INFO b"});
}

TEST_CASE_METHOD(Fixture, "what changes a snapshot changes the version") {
  const auto before = pipeline.version();
  REQUIRE(pipeline.snapshot().version == before);
  take("INFO a");
  REQUIRE(pipeline.version() != before);
}
