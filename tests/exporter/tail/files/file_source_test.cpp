#include "exporter/tail/files/file_source.h"

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::EventSink;
using exporter::tail::FileFollower;
using exporter::tail::FileSource;
using exporter::tail::Registry;

namespace {

// Waits for events rather than for time.
class Events final : public EventSink {
 public:
  void take(const std::string&, const log_analysis::Event&, log_analysis::PatternId) override {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reach(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

struct Fixture {
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  Registry registry{clock};
  Events events;
  std::string log = folder.write("bot.log", "ERROR from before\n");

  std::unique_ptr<FileSource> make() {
    return std::make_unique<FileSource>("bot", FileFollower::Options{{log}, false},
                                        exporter::tail::Pipeline::Options{nullptr, &events}, registry, clock);
  }
  void append(const std::string& text) const { std::ofstream(log, std::ios::app) << text; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what is written after the start is taken, through a rename") {
  const auto source = make();
  REQUIRE(registry.find("bot") != nullptr);
  source->start();
  append("ERROR one\nERROR two\n");
  REQUIRE(events.reach(1));
  std::filesystem::rename(log, log + ".1");
  append("ERROR three\nERROR four\n");
  source->stop();  // whatever was taken is in one piece
  const auto before = registry.find("bot")->snapshot().state.counts.lines;
  REQUIRE(before >= 1);

  const auto next = make();
  next->start();
  append("ERROR five\nERROR six\n");
  REQUIRE(events.reach(4));
  next->stop();
  registry.find("bot")->flush();
  REQUIRE(registry.find("bot")->snapshot().state.counts.lines == 6);
}

TEST_CASE_METHOD(Fixture, "a source that is forgotten has no pipeline") {
  const auto source = make();
  source->start();
  source->stop();
  source->forget();
  REQUIRE(registry.find("bot") == nullptr);
}
