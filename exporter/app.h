// The exporter as a whole: reads the configuration, builds and serves the collectors, and swaps them when the
// configuration changes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/http/web/web_access.h"
#include "base/yaml/yaml.h"
#include "exporter/collector_registry.h"
#include "exporter/collectors/containers/container_counters.h"
#include "exporter/collectors/containers/container_list.h"
#include "exporter/config.h"
#include "exporter/self.h"
#include "exporter/tail/engine.h"
#include "exporter/tail/recent_events.h"

namespace exporter {

// Thread-safe. The clock must outlive it.
class App {
 public:
  App(std::string config_file, std::string subsystems_file, const base::Clock& clock);
  ~App();  // waits for collectors that hang; call stop() first to know whether any does

  // Reads the configuration. A collector whose configuration has not changed keeps running with its state.
  // New and changed collectors are started; they take over together once each has had its first run, after
  // two seconds at most. Then the collectors that were replaced or removed are stopped. When the
  // configuration is invalid, nothing changes and the problems are returned, one a line.
  base::Result<> load();

  std::string metrics() const;
  // A name that no collector has is an error.
  base::Result<std::vector<Refreshed>> refresh(const std::vector<std::string>& collectors) const;

  std::vector<View> views() const;
  std::vector<base::Subsystem> subsystems() const;
  std::vector<probes::Line> probes() const { return probes_.lines(); }
  bool ready() const;
  ReloadState reload_state() const;
  // Another part of the configuration, whose state reload_state() then includes. Call it before anything
  // else; it must outlive the app.
  void count_in(const base::http::WebAccess& access) { access_ = &access; }

  const tail::RecentEvents& recent_events() const { return recent_events_; }
  const tail::Registry& log_sources() const { return logs_.registry(); }
  const base::Clock& clock() const { return clock_; }

  // Stops all collectors. Returns whether all have ended; false when one hangs.
  bool stop();

 private:
  // What is built from one configuration.
  struct Setup {
    explicit Setup(const base::Clock& clock) : registry(clock) {}
    std::vector<base::Subsystem> subsystems;
    std::map<std::string, std::string> texts;  // the configuration that each collector was built from
    CollectorRegistry registry;
  };
  std::shared_ptr<Setup> setup() const;
  // Reuses the unchanged collectors of `old`, which may be null. `started` receives the names of the others.
  std::shared_ptr<Setup> build(const Config& config, const Setup* old,
                               std::vector<std::string>& started) const;
  // Stops the collectors that are in `old` but not in `fresh`.
  void retire(const Setup& old, const Setup& fresh);

  const std::string config_file_;
  const std::string subsystems_file_;
  const base::Clock& clock_;
  const base::http::WebAccess* access_ = nullptr;
  collectors::ContainerCounters counters_;
  collectors::ContainerList containers_;
  probes::ProbeStatus probes_;
  tail::RecentEvents recent_events_;
  tail::Engine logs_;
  CheckDurations checks_;
  const Shared shared_;

  std::mutex loading_;        // one load at a time
  mutable std::mutex mutex_;  // of the members below
  std::shared_ptr<Setup> setup_;
  CollectorRegistry::Runners retired_;  // stopped, but still hanging
  ReloadState reload_;
};

}  // namespace exporter
