#include "exporter/tail/containers/container_source.h"

#include <atomic>
#include <condition_variable>

#include "base/http/server/server.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::ContainerSource;
using exporter::tail::Registry;
using exporter::tail::SourceState;
using exporter::tail::Trouble;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;

std::string line(int second, const std::string& text) {
  const std::string message = fmt::format("2026-11-22T00:00:{:02}.000000000Z {}\n", second, text);
  return std::string{1, 0, 0, 0, 0, 0, 0, static_cast<char>(message.size())} + message;
}

// Counts the events it is given, and wakes who waits for them.
class Sink final : public exporter::tail::EventSink {
 public:
  void take(const std::string& source, const log_analysis::Event& event, log_analysis::PatternId) override {
    std::lock_guard lock(mutex_);
    taken_.push_back(source + ": " + std::string(event.text));
    changed_.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    CHECK(changed_.wait_for(lock, 30s, [&] { return taken_.size() >= count; }));
    return taken_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> taken_;
};

// An engine with one exited container, made in 2026 before the exporter's state was written.
struct Fixture {
  tests::TemporaryFolder folder;
  base::http::Server server{{}, kClock};
  Registry registry{kClock};
  Sink sink;
  std::mutex mutex;
  std::vector<std::string> since;
  std::atomic<bool> removed = false;

  Fixture() {
    server.handle("GET", "/containers/json", [this](const auto&) {
      if (removed) return base::http::json(200, "[]");
      return base::http::json(200, R"([{"Id":"a1","Names":["/bot"],"State":"exited","Created":1795305599}])");
    });
    server.handle("GET", "/containers/*/json", [](const auto&) {
      return base::http::json(200, R"({"Id":"a1","Name":"/bot","Config":{"Tty":false}})");
    });
    server.handle("GET", "/containers/*/logs", [this](const base::http::Request& request) {
      std::lock_guard lock(mutex);
      if (request.parameter("follow")) since.push_back(request.parameter("since").value_or("the beginning"));
      // The last line begins no event of its own before another comes.
      return base::http::text(200, line(1, "INFO one") + line(2, "INFO two") + line(3, "INFO three"));
    });
    server.handle("GET", "/events", [](const auto&) { return base::http::json(200, ""); });
    REQUIRE(server.listen(host()));
  }
  std::string host() const { return "unix://" + folder.file("docker.sock"); }
  ContainerSource::Options options() {
    return {.docker_host = host(), .config = {}, .from_end = false, .sink = &sink};
  }
  std::string first_since() {
    std::lock_guard lock(mutex);
    return since.empty() ? "nothing" : since.front();
  }

  // What an earlier life wrote, after the container was made.
  static SourceState state(const std::string& source, std::vector<exporter::tail::StrandState> strands) {
    SourceState state;
    state.source = source;
    state.strands = std::move(strands);
    state.written = base::WallTime(std::chrono::seconds(1'795'305'605));
    return state;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a container made since the state was written is read from its beginning") {
  registry.restore({state("other", {})});
  ContainerSource source(options(), registry, kClock);
  source.start();
  const auto taken = sink.wait_for(2);
  source.stop();
  CHECK(taken[0] == "bot: INFO one");
  CHECK(taken[1] == "bot: INFO two");
  CHECK(first_since() == "the beginning");
  registry.find("bot")->flush();
  CHECK(registry.find("bot")->snapshot().state.counts.lines == 3);
}

TEST_CASE_METHOD(Fixture, "a container that is known goes on where it was, whatever its name was then") {
  const auto name = GENERATE(as<std::string>(), "bot", "robot");
  registry.restore(
      {state(name, {{"docker:a1/stdout", {1'795'305'602'000'000'000, 1}}, {"docker:a1/stderr", {}}})});
  ContainerSource source(options(), registry, kClock);
  source.start();
  const auto deadline = base::Deadline::after(kClock, 30s);
  const auto lines = [&] {
    const auto bot = registry.find("bot");
    if (!bot) return std::uint64_t{0};
    bot->flush();
    return bot->snapshot().state.counts.lines;
  };
  while (lines() < 1 && !deadline.passed()) std::this_thread::yield();
  source.stop();
  CHECK(first_since() == "1795305542.000000000");
  CHECK(lines() == 1);
  CHECK(registry.find("bot")->snapshot().state.counts.gaps == 0);
}

TEST_CASE_METHOD(Fixture,
                 "containers that are not included are left alone, and forgotten sources are closed") {
  auto chosen = options();
  SECTION("excluded") {
    chosen.config.exclude = {"b*"};
    ContainerSource source(chosen, registry, kClock);
    source.start();
    source.stop();
    CHECK(registry.find("bot") == nullptr);
  }
  SECTION("forgotten") {
    registry.restore({state("other", {})});
    ContainerSource source(chosen, registry, kClock);
    source.start();
    sink.wait_for(2);
    source.stop();
    CHECK(registry.find("bot") != nullptr);
    source.forget();
    CHECK(registry.find("bot") == nullptr);
  }
}

TEST_CASE_METHOD(Fixture, "a new configuration goes on with the sources it includes, and closes the others") {
  registry.restore({state("other", {})});
  {
    ContainerSource before(options(), registry, kClock);
    before.start();
    sink.wait_for(2);
    before.stop();
  }
  REQUIRE(registry.find("bot") != nullptr);
  auto chosen = options();
  SECTION("included") {
    const auto bot = registry.find("bot");
    ContainerSource source(chosen, registry, kClock);
    CHECK(registry.find("bot") == bot);
    CHECK(bot->strands().size() == 2);
    source.forget();
    CHECK(registry.find("bot") == nullptr);
  }
  SECTION("excluded") {
    chosen.config.exclude = {"b*"};
    const ContainerSource source(chosen, registry, kClock);
    CHECK(registry.find("bot") == nullptr);
  }
}

TEST_CASE_METHOD(Fixture,
                 "a source whose container was removed has ended, unless the container is expected") {
  const bool expected = GENERATE(false, true);
  CAPTURE(expected);
  registry.restore({state("other", {})});
  auto chosen = options();
  if (expected) chosen.config.expected = {"bot"};
  {
    ContainerSource before(chosen, registry, kClock);
    before.start();
    sink.wait_for(2);
    before.stop();
  }
  removed = true;
  ContainerSource source(chosen, registry, kClock);
  source.start();
  const auto bot = registry.find("bot");
  REQUIRE(bot);
  const auto deadline = base::Deadline::after(kClock, 30s);
  const auto noticed = [&] { return bot->removed_since() || bot->trouble() == Trouble::missing; };
  while (!noticed() && !deadline.passed()) std::this_thread::yield();
  source.stop();
  CHECK(bot->removed_since().has_value() == !expected);
  CHECK(bot->trouble() == (expected ? Trouble::missing : Trouble::none));
  // The next configuration knows since when.
  const auto removed_at = bot->removed_since();
  ContainerSource next(chosen, registry, kClock);
  CHECK(bot->removed_since() == removed_at);
}
