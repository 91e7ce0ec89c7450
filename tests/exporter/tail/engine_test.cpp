#include "exporter/tail/engine.h"

#include <filesystem>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::Engine;
using exporter::tail::EngineSettings;
using exporter::tail::Making;
using exporter::tail::Pipeline;
using exporter::tail::Source;
using exporter::tail::SourcePlan;

namespace {

// A source that gives lines when told.
class ToldSource final : public Source {
 public:
  ToldSource(std::string name, const Making& making, std::vector<std::string>& story)
      : name_(std::move(name)),
        making_(making),
        story_(story),
        pipeline_(making.registry.open(name_, {.rules = nullptr, .sink = making.sink})) {
    const auto strands = pipeline_->strands();
    strand_ = strands.empty() ? pipeline_->open("told", {}) : strands.begin()->first;
  }
  void start() override { story_.push_back("start " + name_); }
  void stop() override { story_.push_back("stop " + name_); }
  void forget() override {
    story_.push_back("forget " + name_);
    making_.registry.close(name_);
  }

 private:
  std::string name_;
  Making making_;
  std::vector<std::string>& story_;
  std::shared_ptr<Pipeline> pipeline_;
  Pipeline::Strand strand_ = 0;
};

// Every look at the time takes some: so writing takes some, too.
class SlowClock final : public base::Clock {
 public:
  base::Now now() const override {
    clock_.advance(std::chrono::milliseconds(10));
    return clock_.now();
  }
  void advance(base::Duration by) const { clock_.advance(by); }

 private:
  mutable tests::FakeClock clock_;
};

using Story = std::vector<std::string>;

struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;
  Story story;
  bool from_end = false;

  SourcePlan plan(const std::string& name, const std::string& text = "") {
    return {.name = name, .text = text, .make = [this, name](const Making& making) {
              from_end = making.from_end;
              return std::make_unique<ToldSource>(name, making, story);
            }};
  }
  EngineSettings settings(std::vector<SourcePlan> sources, const std::string& state = "state") {
    return {folder.file(state), std::move(sources)};
  }
  void lines(Engine& engine, const std::string& source, int count) {
    const auto pipeline = engine.registry().find(source);
    const auto strand = pipeline->strands().begin()->first;
    for (int i = 0; i < count; ++i) {
      const exporter::tail::Line line{"ERROR failed", clock.now().wall, {0, ++offset_}};
      pipeline->take(strand, {&line, 1});
    }
    pipeline->flush();
  }
  static std::uint64_t shown(const Engine& engine, const std::string& source) {
    for (const auto& each : engine.view().sources) {
      if (each.source == source) return each.view.counts.lines;
    }
    FAIL("no source " << source);
    return 0;
  }

 private:
  std::uint64_t offset_ = 0;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a source is shown from the start, and only what is durable of it") {
  Engine engine(clock);
  engine.configure(settings({plan("bot")}));
  REQUIRE(shown(engine, "bot") == 0);
  lines(engine, "bot", 3);
  REQUIRE(shown(engine, "bot") == 0);
  REQUIRE(engine.checkpoint());
  REQUIRE(shown(engine, "bot") == 3);
}

TEST_CASE_METHOD(Fixture, "the next life goes on, and shows at once what was durable") {
  {
    Engine engine(clock);
    engine.configure(settings({plan("bot")}));
    lines(engine, "bot", 3);
  }  // the last checkpoint
  Engine engine(clock);
  engine.configure(settings({plan("bot")}));
  REQUIRE(shown(engine, "bot") == 3);
  REQUIRE(engine.registry().find("bot")->strands().size() == 1);
  lines(engine, "bot", 1);
  REQUIRE(engine.checkpoint());
  REQUIRE(shown(engine, "bot") == 4);
}

TEST_CASE_METHOD(Fixture, "nothing is written when nothing was taken") {
  Engine engine(clock);
  engine.configure(settings({plan("bot")}));
  REQUIRE(engine.checkpoint());
  const auto written = engine.view().written;
  clock.advance(std::chrono::seconds(5));
  REQUIRE(engine.checkpoint());
  REQUIRE(engine.view().written == written);
  lines(engine, "bot", 1);
  REQUIRE(engine.checkpoint());
  REQUIRE(engine.view().written == clock.now().wall);
}

TEST_CASE_METHOD(Fixture, "a state that takes long to write is written less often, but at the end") {
  const SlowClock slow;
  {
    Engine engine(slow);
    engine.configure(settings({plan("bot")}));
    slow.advance(std::chrono::minutes(1));
    lines(engine, "bot", 1);
    REQUIRE(engine.checkpoint());
    REQUIRE(shown(engine, "bot") == 1);
    lines(engine, "bot", 1);
    REQUIRE(engine.checkpoint());
    REQUIRE(shown(engine, "bot") == 1);
    slow.advance(std::chrono::minutes(1));
    REQUIRE(engine.checkpoint());
    REQUIRE(shown(engine, "bot") == 2);
    lines(engine, "bot", 1);
  }
  Engine engine(slow);
  engine.configure(settings({plan("bot")}));
  REQUIRE(shown(engine, "bot") == 3);
}

TEST_CASE_METHOD(Fixture, "while the state cannot be written, counts stand still, and go on afterwards") {
  Engine engine(clock);
  folder.write("file", "");
  engine.configure(settings({plan("bot")}, "file/state"));
  lines(engine, "bot", 2);
  REQUIRE_FALSE(engine.checkpoint());
  REQUIRE(shown(engine, "bot") == 0);
  REQUIRE_FALSE(engine.view().state_written);
  REQUIRE(engine.view().write_failures >= 2);

  std::filesystem::remove(folder.file("file"));
  std::filesystem::create_directory(folder.file("file"));
  REQUIRE(engine.checkpoint());
  REQUIRE(shown(engine, "bot") == 2);
  REQUIRE(engine.view().state_written);
}

TEST_CASE_METHOD(Fixture, "a state that cannot be used is quarantined, and sources begin at the end") {
  folder.write("state/log-state", "salus-log-state 2 from the future");
  Engine engine(clock);
  engine.configure(settings({plan("bot")}));
  REQUIRE(from_end);
  REQUIRE(engine.view().quarantined);
  REQUIRE(engine.checkpoint());
  Engine next(clock);
  next.configure(settings({}, "state"));
  REQUIRE_FALSE(next.view().quarantined);
}

TEST_CASE_METHOD(Fixture,
                 "as long as the state cannot be read nothing is followed, so that no line is doubled") {
  std::filesystem::create_directories(folder.file("state/log-state"));
  Engine engine(clock);
  engine.configure(settings({plan("bot")}));
  REQUIRE(story.empty());
  REQUIRE_FALSE(engine.checkpoint());
  std::filesystem::remove(folder.file("state/log-state"));
  REQUIRE(engine.checkpoint());
  REQUIRE(story == Story{"start bot"});
}

TEST_CASE_METHOD(Fixture, "a reload restarts what changed, forgets what is gone, and keeps every count") {
  Engine engine(clock);
  engine.configure(settings({plan("same"), plan("changed", "a"), plan("gone")}));
  for (const auto* source : {"same", "changed", "gone"}) lines(engine, source, 2);
  REQUIRE(engine.checkpoint());
  story.clear();
  engine.configure(settings({plan("same"), plan("changed", "b"), plan("new")}));
  REQUIRE(story == Story{"stop changed", "stop gone", "forget gone", "start changed", "start new"});
  REQUIRE(shown(engine, "same") == 2);
  REQUIRE(shown(engine, "changed") == 2);
  REQUIRE(shown(engine, "new") == 0);
  REQUIRE(engine.view().sources.size() == 3);

  Engine next(clock);
  next.configure(settings({plan("gone")}));
  REQUIRE(shown(next, "gone") == 0);
}

TEST_CASE_METHOD(Fixture, "only the newest configuration can end all sources") {
  Engine engine(clock);
  const auto first = engine.configure(settings({plan("bot")}));
  const auto second = engine.configure(settings({plan("bot")}));
  engine.retire(first);
  REQUIRE(engine.view().sources.size() == 1);
  engine.retire(second);
  REQUIRE(engine.view().sources.empty());
  REQUIRE(story == Story{"start bot", "stop bot", "forget bot"});
}

TEST_CASE_METHOD(Fixture,
                 "what was durable of a source waits for one that finds its sources, and for nothing else") {
  const bool finds = GENERATE(true, false);
  CAPTURE(finds);
  {
    Engine engine(clock);
    engine.configure(settings({plan("bot"), plan("other")}));
    lines(engine, "bot", 3);
  }
  {
    Engine engine(clock);
    auto other = plan("other");
    other.finds_sources = finds;
    engine.configure(settings({other}));
    lines(engine, "other", 1);
    REQUIRE(engine.checkpoint());
  }
  Engine engine(clock);
  engine.configure(settings({plan("bot")}));
  REQUIRE(shown(engine, "bot") == (finds ? 3U : 0U));
}

TEST_CASE_METHOD(
    Fixture,
    "a removed source is shown until its counts are durable and were scraped, and again when it is back") {
  using std::chrono::minutes;
  Engine engine(clock);
  engine.configure(settings({plan("build"), plan("bot")}));
  lines(engine, "build", 3);
  const auto names = [&] {
    Story found;
    for (const auto& each : engine.view().sources) found.push_back(each.source);
    return found;
  };
  const auto build = engine.registry().find("build");
  build->set_removed(clock.now().mono);
  REQUIRE(engine.view().sources.at(1).removed);
  clock.advance(minutes(10));
  REQUIRE(names() == Story{"bot", "build"});  // its lines are not durable yet
  REQUIRE(engine.checkpoint());
  REQUIRE(names() == Story{"bot"});
  build->set_removed(clock.now().mono - minutes(9));
  REQUIRE(names() == Story{"bot", "build"});
  REQUIRE(shown(engine, "build") == 3);
  build->set_removed(clock.now().mono - minutes(11));
  REQUIRE(names() == Story{"bot"});
  // The container was created again: its counts continue.
  build->set_trouble(exporter::tail::Trouble::none);
  REQUIRE(shown(engine, "build") == 3);
}
