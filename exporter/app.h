// The exporter as a whole: it reads the configuration, builds the collectors, serves them, and swaps them
// when the configuration changes.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/web_access.h"
#include "base/yaml.h"
#include "exporter/collectors/container_counters.h"
#include "exporter/collectors/container_list.h"
#include "exporter/config.h"
#include "exporter/frame.h"
#include "exporter/self.h"
#include "exporter/tail/engine.h"
#include "exporter/tail/recent_events.h"

namespace exporter {

// Thread-safe. The clock must outlive it.
class App {
 public:
  App(std::string config_file, std::string subsystems_file, const base::Clock& clock);
  ~App();  // waits for collectors that hang; call stop() before to know whether any does

  // Reads the configuration. A collector for which nothing has changed keeps running, with all it has seen;
  // those that are new or changed are started and take over together, once each has had its first run, after
  // two seconds at most; then those they replace and those no longer named are stopped. When the
  // configuration is wrong everything stays as it was and the problems are returned, one a line.
  base::Result<> load();

  std::string metrics() const;
  // Names no collector has are an error.
  base::Result<std::vector<Refreshed>> refresh(const std::vector<std::string>& collectors) const;

  std::vector<View> views() const;
  std::vector<base::Subsystem> subsystems() const;
  std::vector<probes::Line> probes() const { return probes_.lines(); }
  bool ready() const;
  ReloadState reload_state() const;
  // A further part of the configuration, whose state reload_state() then tells, too. Before anything else; it
  // outlives the app.
  void count_in(const base::http::WebAccess& access) { access_ = &access; }

  const tail::RecentEvents& recent_events() const { return recent_events_; }
  const tail::Registry& log_sources() const { return logs_.registry(); }
  const base::Clock& clock() const { return clock_; }

  // Stops all collectors; whether they have all ended, or one hangs.
  bool stop();

 private:
  // What one configuration stands for.
  struct Setup {
    explicit Setup(const base::Clock& clock) : frame(clock) {}
    std::vector<base::Subsystem> subsystems;
    std::map<std::string, std::string> texts;  // what each collector was read from
    Frame frame;
  };
  std::shared_ptr<Setup> setup() const;
  // Takes over from `old`, which may be null, what has not changed; `started` are the names of the others.
  std::shared_ptr<Setup> build(const Config& config, const Setup* old,
                               std::vector<std::string>& started) const;
  // Stops what `old` had and `fresh` has not.
  void retire(const Setup& old, const Setup& fresh);

  const std::string config_file_;
  const std::string subsystems_file_;
  const base::Clock& clock_;
  const base::http::WebAccess* access_ = nullptr;
  collectors::ContainerCounters counters_;
  collectors::ContainerList containers_;
  probes::Board probes_;
  tail::RecentEvents recent_events_;
  tail::Engine logs_;
  const Shared shared_;

  std::mutex loading_;        // one load at a time
  mutable std::mutex mutex_;  // of what follows
  std::shared_ptr<Setup> setup_;
  Frame::Runners retired_;  // stopped, but the collector hung
  ReloadState reload_;
};

}  // namespace exporter
