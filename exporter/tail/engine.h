// All log sources, followed across reloads of the configuration and restarts of the exporter.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "exporter/tail/checkpoint.h"
#include "exporter/tail/registry.h"

namespace exporter::tail {

// What a source is built with. All of it outlives the source.
struct Making {
  Registry& registry;
  EventSink* sink;
  const base::Clock& clock;
  // The previous state is unusable: read what exists now from its end, whatever is configured.
  bool from_end = false;
};

// A source of the configuration.
struct SourcePlan {
  std::string name;
  std::string text;  // its configuration: a source with the same text keeps running
  std::function<std::unique_ptr<Source>(const Making&)> make;
  // It finds its sources while it runs, and decides itself which durable ones no longer exist.
  bool finds_sources = false;
};

struct EngineSettings {
  std::string state_folder;
  std::vector<SourcePlan> sources;
};

// The counts of a removed source are shown for this long after its removal, or until they are durable:
// Prometheus must scrape the last of them.
inline constexpr auto kShowRemoved = std::chrono::minutes(10);

// What may be shown: its counts are durable.
struct ShownSource {
  std::string source;
  Trouble trouble = Trouble::none;
  bool removed = false;  // it no longer exists: only its counts are shown
  SourceView view;
};
struct EngineView {
  std::vector<ShownSource> sources;  // by name
  bool state_written = false;        // the last attempt succeeded
  std::uint64_t write_failures = 0;
  base::WallTime written{};  // the newest checkpoint; the epoch before the first
  base::Duration write_duration{};
  bool quarantined = false;  // the state was quarantined at the start
};

// Thread-safe.
class Engine {
 public:
  // `sink` may be null; both must outlive it.
  explicit Engine(const base::Clock& clock, EventSink* sink = nullptr);
  ~Engine();  // stop()

  // Replaces the sources by those of `settings`: unchanged ones continue, new ones start, removed ones are
  // forgotten at the next checkpoint. The first call reads the state. While that fails, nothing is followed,
  // and checkpoint() tries again. Returns the number for retire().
  std::uint64_t configure(EngineSettings settings);
  // Stops and forgets all sources, unless configure() was called again since.
  void retire(std::uint64_t configuration);

  // Writes what has been read since the last checkpoint, if anything. Only then is it shown, so that a
  // counter never decreases, whenever the exporter is killed. Blocks for the fsyncs. When writing the state
  // would take more than kWritingShare of the time, it is written less often.
  base::Result<> checkpoint();
  EngineView view() const;
  Registry& registry() { return registry_; }
  const Registry& registry() const { return registry_; }

  // Stops all sources, ends the current events and writes the last checkpoint. Later calls do nothing.
  void stop();

 private:
  struct Running {
    std::string text;
    std::unique_ptr<Source> source;
  };

  static constexpr int kWritingShare = 50;  // one fiftieth

  bool shows(const Pipeline& pipeline, std::optional<base::MonoTime> removed_since) const;
  base::Result<> load();
  void apply();
  base::Result<> write();
  void end_idle_events(const std::stop_token& stop);

  const base::Clock& clock_;
  EventSink* const sink_;
  Registry registry_;

  std::mutex configuring_;  // of the members below; held while sources start and stop
  EngineSettings settings_;
  std::uint64_t configuration_ = 0;
  bool loaded_ = false;
  bool stopped_ = false;
  bool from_end_ = false;
  std::map<std::string, Running> running_;
  base::MonoTime next_write_{};

  mutable std::mutex shown_mutex_;  // of the members below
  std::map<std::string, SourceView> shown_;
  EngineView status_;  // without the sources

  // What the newest checkpoint contains of each pipeline. Written while both mutexes are held.
  struct Durable {
    std::weak_ptr<const Pipeline> of;
    std::uint64_t version = 0;  // as Pipeline::version()
  };
  std::map<std::string, Durable> durable_;
  std::string durable_folder_;
  std::set<std::string> durable_names_;

  std::jthread idle_;
};

}  // namespace exporter::tail
