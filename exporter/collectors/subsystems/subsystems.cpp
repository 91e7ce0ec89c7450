#include "exporter/collectors/subsystems/subsystems.h"

#include <glob.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text/exposition.h"
#include "exporter/collectors/subsystems/file_facts.h"
#include "exporter/collectors/subsystems/folder_watch.h"

namespace exporter::collectors {
namespace {

constexpr Family kInfo{"salus_subsystem_info", kGauge, "subsystem, trading, cadence, container",
                       "Always 1; how much trading depends on the subsystem, how often it is checked, and "
                       "the container it runs in."};
constexpr Family kDependsOn{"salus_subsystem_depends_on", kGauge, "subsystem, depends_on",
                            "Always 1; a subsystem that the subsystem needs."};
constexpr Family kLastUpdate{
    "salus_subsystem_last_update_timestamp_seconds", kGauge, "subsystem",
    "When the subsystem last updated its state: a time inside its state file, the file's "
    "modification time, or that of its newest file."};
constexpr Family kStatePresent{
    "salus_subsystem_state_present", kGauge, "subsystem",
    "1 when the subsystem's state file, or at least one file of its pattern, exists."};
constexpr Family kReadSuccess{
    "salus_subsystem_read_success", kGauge, "subsystem",
    "1 when the last read of the subsystem's state found every configured value, 0 when not; the last good "
    "values are then shown for as long as the file exists."};
constexpr Family kItems{
    "salus_subsystem_items", kGauge, "subsystem, item",
    "A count inside the subsystem's state file: the length of an array or object, or a number."};
constexpr Family kCalls{"salus_subsystem_calls_total", kCounter, "subsystem",
                        "Calls that the subsystem made, by its own count; resets to 0 when it restarts."};
constexpr Family kCallErrors{
    "salus_subsystem_call_errors_total", kCounter, "subsystem",
    "Calls that failed, by the subsystem's own count; resets to 0 when it restarts."};
constexpr Family kSetExpected{"salus_file_set_expected", kGauge, "set, subsystem",
                              "How many files the set should have."};
constexpr Family kSetPresent{"salus_file_set_present", kGauge, "set, subsystem",
                             "How many files of the set exist."};
constexpr Family kCheckDuration{"salus_subsystem_check_duration_seconds", kGauge, "subsystem",
                                "How long the last checks of the subsystem took together: the read of its "
                                "state and files, its probes, and "
                                "the inspection of its container."};
constexpr Family kSetFile{
    "salus_file_set_file_present", kGauge, "set, file, subsystem",
    "1 when this file of the set exists; its name, or its path where two have one name."};

std::optional<base::WallTime> newest_of(const std::string& pattern) {
  glob_t found{};
  std::optional<base::WallTime> newest;
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const auto file = look_at(found.gl_pathv[i]);
      if (file && (!newest || file->modified > *newest)) newest = file->modified;
    }
  }
  ::globfree(&found);
  return newest;
}

// The families of one run, filled one subsystem at a time.
class Sheet {
 public:
  void add_declared(const base::Subsystem& subsystem) {
    base::add_sample(info_,
                     {{"subsystem", subsystem.name},
                      {"trading", subsystem.trading},
                      {"cadence", subsystem.cadence},
                      {"container", subsystem.container}},
                     1);
    for (const auto& other : subsystem.depends_on) {
      base::add_sample(depends_on_, {{"subsystem", subsystem.name}, {"depends_on", other}}, 1);
    }
  }

  void add_state(const std::string& subsystem, const StateFacts& facts) {
    base::add_sample(state_present_, {{"subsystem", subsystem}}, facts.present ? 1 : 0);
    base::add_sample(read_success_, {{"subsystem", subsystem}}, facts.read ? 1 : 0);
    if (facts.updated) {
      base::add_sample(last_update_, {{"subsystem", subsystem}}, base::unix_seconds(*facts.updated));
    }
    for (const auto& [item, count] : facts.items) {
      base::add_sample(items_, {{"subsystem", subsystem}, {"item", item}}, count);
    }
    if (facts.calls) base::add_sample(calls_, {{"subsystem", subsystem}}, *facts.calls);
    if (facts.errors) base::add_sample(call_errors_, {{"subsystem", subsystem}}, *facts.errors);
  }

  void add_file_set(const std::string& subsystem, const SubsystemsCollector::FileSet& set) {
    std::set<std::string> names;
    int present = 0;
    for (const auto& [path, exists] : set.files) {
      present += exists ? 1 : 0;
      std::string file = path.substr(path.find_last_of('/') + 1);
      if (!names.insert(file).second) file = path;
      base::add_sample(set_file_, {{"set", set.name}, {"file", file}, {"subsystem", subsystem}},
                       exists ? 1 : 0);
    }
    const auto expected = static_cast<double>(set.files.size());
    base::add_sample(set_expected_, {{"set", set.name}, {"subsystem", subsystem}}, expected);
    base::add_sample(set_present_, {{"set", set.name}, {"subsystem", subsystem}}, present);
  }

  void add_check_duration(const std::string& subsystem, base::Duration duration) {
    base::add_sample(check_duration_, {{"subsystem", subsystem}},
                     std::chrono::duration<double>(duration).count());
  }

  std::vector<prometheus::MetricFamily> take() {
    return take_families({&info_, &depends_on_, &last_update_, &state_present_, &read_success_, &items_,
                          &calls_, &call_errors_, &set_expected_, &set_present_, &check_duration_,
                          &set_file_});
  }

 private:
  prometheus::MetricFamily info_ = open_family(kInfo);
  prometheus::MetricFamily depends_on_ = open_family(kDependsOn);
  prometheus::MetricFamily last_update_ = open_family(kLastUpdate);
  prometheus::MetricFamily state_present_ = open_family(kStatePresent);
  prometheus::MetricFamily read_success_ = open_family(kReadSuccess);
  prometheus::MetricFamily items_ = open_family(kItems);
  prometheus::MetricFamily calls_ = open_family(kCalls);
  prometheus::MetricFamily call_errors_ = open_family(kCallErrors);
  prometheus::MetricFamily set_expected_ = open_family(kSetExpected);
  prometheus::MetricFamily set_present_ = open_family(kSetPresent);
  prometheus::MetricFamily check_duration_ = open_family(kCheckDuration);
  prometheus::MetricFamily set_file_ = open_family(kSetFile);
};

std::map<std::string, base::Duration> intervals(const std::vector<base::Subsystem>& subsystems,
                                                const Cadence& cadence) {
  std::map<std::string, base::Duration> intervals;
  for (const auto& subsystem : subsystems) intervals[subsystem.name] = cadence.of(subsystem);
  return intervals;
}

std::vector<std::string> state_paths(const SourcesBySubsystem& sources) {
  std::vector<std::string> paths;
  for (const auto& [name, each] : sources) {
    if (each.state_file) paths.push_back(each.state_file->path);
  }
  return paths;
}

// The collector and the watch of its files.
class WatchingCollector final : public Collector {
 public:
  WatchingCollector(std::vector<base::Subsystem> subsystems, const SourcesBySubsystem& sources,
                    const Cadence& cadence, const Shared& shared, std::function<void()> run_soon)
      : collector_(std::move(subsystems), sources, cadence, shared),
        watch_(state_paths(sources),
               [this, run = std::move(run_soon)](const std::set<std::string>& state_files) {
                 collector_.note_changed(state_files);
                 run();
               }) {}
  std::string_view name() const override { return collector_.name(); }
  base::Result<std::vector<prometheus::MetricFamily>> collect(base::Deadline deadline) override {
    return collector_.collect(deadline);
  }
  base::Result<std::vector<prometheus::MetricFamily>> refresh(base::Deadline deadline) override {
    return collector_.refresh(deadline);
  }
  std::optional<base::MonoTime> next_due() const override { return collector_.next_due(); }

 private:
  SubsystemsCollector collector_;
  FolderWatch watch_;  // ends before the collector that it notifies
};

}  // namespace

std::vector<Family> subsystem_families() {
  return {kInfo,  kDependsOn,  kLastUpdate,  kStatePresent, kReadSuccess,   kItems,
          kCalls, kCallErrors, kSetExpected, kSetPresent,   kCheckDuration, kSetFile};
}

SubsystemsCollector::SubsystemsCollector(std::vector<base::Subsystem> subsystems, SourcesBySubsystem sources,
                                         const Cadence& cadence, const Shared& shared)
    : subsystems_(std::move(subsystems)),
      sources_(std::move(sources)),
      cadence_(cadence),
      shared_(shared),
      schedule_(intervals(subsystems_, cadence)) {
  for (const auto& [name, each] : sources_) {
    if (each.state_file) readers_.emplace(name, StateFileReader(*each.state_file));
  }
}

void SubsystemsCollector::tell(const std::string& subsystem, const std::string& problem) {
  std::string& reported = problems_[subsystem];
  if (reported.empty() == problem.empty()) return;
  reported = problem;
  if (problem.empty()) {
    base::log::info("state file can be read again", {{"subsystem", subsystem}});
  } else {
    base::log::warn("failed to read the state file; its last good values are kept",
                    {{"subsystem", subsystem}, {"error", problem}});
  }
}

void SubsystemsCollector::note_changed(const std::set<std::string>& state_files) {
  std::lock_guard lock(changed_mutex_);
  for (const auto& [name, each] : sources_) {
    if (!each.state_file) continue;
    if (state_files.empty() || state_files.contains(each.state_file->path)) changed_.insert(name);
  }
}

base::Result<std::vector<prometheus::MetricFamily>> SubsystemsCollector::collect(base::Deadline) {
  return run(false);
}

base::Result<std::vector<prometheus::MetricFamily>> SubsystemsCollector::refresh(base::Deadline) {
  return run(true);
}

base::Result<std::vector<prometheus::MetricFamily>> SubsystemsCollector::run(bool all) {
  const auto began = shared_.clock.now().mono;
  std::set<std::string> changed;
  {
    std::lock_guard lock(changed_mutex_);
    changed.swap(changed_);
  }
  Sheet sheet;
  for (const auto& subsystem : subsystems_) {
    const std::string& name = subsystem.name;
    sheet.add_declared(subsystem);
    if (all || changed.contains(name) || schedule_.due(name, began)) {
      const auto start = shared_.clock.now().mono;
      if (const auto sources = sources_.find(name); sources != sources_.end()) {
        readings_[name] = read(name, sources->second);
      }
      const auto now = shared_.clock.now().mono;
      shared_.checks.put_subsystem(name, "state", {now - start, now, 3 * cadence_.of(subsystem)});
      schedule_.begin(name, began);
    }
    if (const auto known = readings_.find(name); known != readings_.end()) {
      const Reading& reading = known->second;
      if (reading.state) sheet.add_state(name, *reading.state);
      for (const FileSet& set : reading.file_sets) sheet.add_file_set(name, set);
    }
    sheet.add_check_duration(name, shared_.checks.of(name, subsystem.container, shared_.clock.now().mono));
  }
  return sheet.take();
}

SubsystemsCollector::Reading SubsystemsCollector::read(const std::string& subsystem, const Sources& sources) {
  Reading reading;
  if (const auto reader = readers_.find(subsystem); reader != readers_.end()) {
    reading.state = reader->second.read();
    tell(subsystem, reading.state->present && !reading.state->read ? reading.state->problem : "");
  } else if (!sources.newest_file.empty()) {
    const auto newest = newest_of(sources.newest_file);
    reading.state = StateFacts{.present = newest.has_value(), .read = newest.has_value(), .updated = newest};
  }
  for (const auto& [set, paths] : sources.file_sets) {
    FileSet& known = reading.file_sets.emplace_back(FileSet{.name = set, .files = {}});
    for (const auto& path : paths) known.files.emplace_back(path, look_at(path).has_value());
  }
  return reading;
}

CollectorFactory read_subsystems(const base::yaml::Node& node, const CollectorContext& collector_context) {
  using std::chrono::seconds;
  node.only({"interval", "timeout", "sources"});
  const Timing timing =
      read_timing(node, {.interval = seconds(5), .timeout = seconds(2), .trigger_gap = seconds(1)});
  return {"subsystems", timing,
          [subsystems = collector_context.inventory.subsystems,
           sources = read_sources(node.optional("sources"), collector_context.inventory),
           cadence = collector_context.cadence](const Shared& shared, std::function<void()> run_soon) {
            return std::make_unique<WatchingCollector>(subsystems, sources, cadence, shared,
                                                       std::move(run_soon));
          },
          cadence_text(collector_context.cadence)};
}

}  // namespace exporter::collectors
